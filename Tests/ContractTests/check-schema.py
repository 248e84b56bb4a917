"""Checks JSON lines against docs/schemas: the envelope, and the schema of each type that has one."""
import json
import pathlib
import sys

import jsonschema

schemas = {path.stem: json.loads(path.read_text()) for path in pathlib.Path(sys.argv[1]).glob("*.json")}
count = 0
for line in open(sys.argv[2], encoding="utf-8"):
    event = json.loads(line)
    jsonschema.validate(event, schemas["event"])
    if event["type"] in schemas:
        jsonschema.validate(event, schemas[event["type"]])
    count += 1
print(f"{count} events fit")
