import ExhaustCore
import ExhaustRuntime
import Glibc

@testable import Analyzer

/// The rules that tests read: our own, and Sigma's where they are at hand.
enum SigmaWorld {
    /// The folder of this file.
    static let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
    static let cases = here + "/Cases"
    /// Sigma's own rules: `EXHAUST_TEST_DATA` names the folder that has `sigma`.
    static let corpus = getenv("EXHAUST_TEST_DATA").map { String(cString: $0) + "/sigma" }

    /// The corpus, or a word that it is missing.
    static func corpusOrWord() -> String? {
        if corpus == nil { print("skipped: EXHAUST_TEST_DATA names no folder with sigma") }
        return corpus
    }

    /// A rule with the rows that were made for it.
    struct Trial {
        /// The file below its folder.
        let name: String
        let rule: Rule
        let pairs: [SigmaEventMaker.Pair]
    }

    /// A trial of every rule in `folder` that runs.
    static func trials(in folder: String) throws -> [Trial] {
        try SigmaFiles.list([folder]).compactMap { file in
            let document = try YAMLReader.read(file)
            let entry = try SigmaRules.entry(of: document)
            guard let rule = entry.rule else { return nil }
            let read = try SigmaReader.read(document)
            let maker = SigmaEventMaker(
                logsource: read.logsource, stream: rule.stream,
                knowsParent: !entry.gaps.contains { $0.contains("ParentImage") })
            return Trial(
                name: String(file.dropFirst(folder.count + 1)), rule: rule,
                pairs: RowMaker.rows(for: read).compactMap(maker.pair))
        }
    }

    /// Whether `rule` holds of an event with `data`.
    static func holds(_ rule: Rule, _ data: ValueMap) throws -> Bool {
        guard let host = HostID("h") else { return false }
        let event = Event(
            type: rule.stream, source: "//h/test/0", id: "1", time: Timestamp(seconds: 0), host: host, data: data)
        return try rule.condition?.holds(EventBindings(event)) ?? false
    }
}

extension SigmaWorld.Trial {
    /// The rows as the oracle reads them.
    var lines: [String] {
        pairs.map { pair in
            let fields = pair.row.sorted { $0.key < $1.key }.map { ($0.key, Value.string($0.value)) }
            return String(decoding: JSONWriter.bytes(of: .map(ValueMap(fields))), as: UTF8.self)
        }
    }

    /// A number that differs where the rows do (FNV-1a).
    var mark: String {
        let hash = lines.joined(separator: "\n").utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
