import ExhaustCore

/// Rules as a table: for people, for programs, and for the docs.
package struct RuleListing: Sendable {
    private let entries: [RuleSet.Entry]

    /// A table of all rules of `set`, in the order in which they were read.
    package init(_ set: RuleSet) { entries = set.entries }

    /// Lines of columns.
    package var table: String {
        let head = ["FACT", "STREAM", "DETECTOR", "SEVERITY", "FILE", "REASON"]
        let rows =
            [head]
            + entries.map { entry in
                let rule = entry.rule
                return [
                    rule.fact, rule.stream.rawValue, rule.detector.name, rule.severity.rawValue, entry.file,
                    rule.reason ?? "",
                ]
            }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    /// One JSON list.
    package var json: [UInt8] {
        let list = entries.map { entry in
            let rule = entry.rule
            var map: ValueMap = [
                "fact": .string(rule.fact), "on": .string(rule.stream.rawValue),
                "detector": .string(rule.detector.name), "severity": .string(rule.severity.rawValue),
                "file": .string(entry.file), "tests": .int(Int64(rule.tests.count)),
            ]
            map["reason"] = rule.reason.map { .string($0) }
            return Value.map(map)
        }
        return JSONWriter.bytes(of: .list(list)) + [UInt8(ascii: "\n")]
    }

    /// A heading and a table a file, as `docs/rules.md` has them.
    package var markdown: String {
        var (text, file) = ("", "")
        for entry in entries {
            let rule = entry.rule
            if entry.file != file {
                file = entry.file
                let name = file.split(separator: "/").last.map { $0.split(separator: ".")[0] } ?? ""
                text += "\(text.isEmpty ? "" : "\n")### \(name)\n\n| fact | severity | by | why |\n|---|---|---|---|\n"
            }
            let reason = (rule.reason ?? "").replacing("|", with: "\\|")
            text += "| `\(rule.fact)` | \(rule.severity.rawValue) "
            text += "| \(rule.detector.name) on `\(rule.stream)` | \(reason) |\n"
        }
        return text
    }
}
