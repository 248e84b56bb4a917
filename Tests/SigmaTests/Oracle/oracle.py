"""What pySigma and its SQLite backend say of the rows that the tests made.

Reads lines {"folder", "name", "mark", "rows"} and writes, for each rule, its name, the mark of its rows, and a digit for
each row: 1 if the rule holds. Keywords look into the field with the empty name.
"""

import json
import re
import sqlite3
import sys

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

KEYWORDS = "fulltext"


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def verdicts(path, rows):
    with open(path, encoding="utf-8") as file:
        rules = SigmaCollection.from_yaml(file.read())
    backend = sqliteBackend(table="events", fulltext_field=KEYWORDS)
    queries = backend.convert(rules)
    fields = {KEYWORDS}
    for rule in rules:
        fields.update(backend.required_fields(rule))
    rows = [{name or KEYWORDS: value for name, value in row.items()} for row in rows]
    for row in rows:
        fields.update(row)
    fields = sorted(fields)

    base = sqlite3.connect(":memory:")
    base.create_function(
        "regexp", 2, lambda pattern, text: text is not None and re.search(pattern, text) is not None, deterministic=True
    )
    # As Zircolite makes its table: Sigma's comparisons ignore case.
    columns = ", ".join(quoted(field) + " TEXT COLLATE NOCASE" for field in fields)
    base.execute(f'CREATE TABLE events ("row number" INTEGER, {columns})')
    marks = ", ".join("?" for _ in range(len(fields) + 1))
    for number, row in enumerate(rows):
        base.execute(f"INSERT INTO events VALUES ({marks})", [number] + [row.get(field) for field in fields])
    found = set()
    for query in queries:
        found.update(row[0] for row in base.execute(query))
    return "".join("1" if number in found else "0" for number in range(len(rows)))


def main():
    for line in sys.stdin:
        trial = json.loads(line)
        found = verdicts(trial["folder"] + "/" + trial["name"], trial["rows"])
        print(trial["name"], trial["mark"], found or "-", sep="\t")


if __name__ == "__main__":
    main()
