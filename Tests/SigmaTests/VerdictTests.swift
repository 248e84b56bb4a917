import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import Analyzer

/// Verdicts on rows that were made from the rules themselves, against what pySigma's SQLite backend says of them
/// (`make sigma-oracle` asks it anew).
@Suite("Sigma verdicts")
struct VerdictTests {
    /// What pySigma said: a digit for each row.
    private static func golden(_ name: String) throws -> [String: (mark: String, digits: [Bool])] {
        let text = String(decoding: try FileContent.read(SigmaWorld.here + "/Oracle/" + name), as: UTF8.self)
        var verdicts: [String: (String, [Bool])] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t")
            guard parts.count == 3 else { continue }
            verdicts[String(parts[0])] = (String(parts[1]), parts[2] == "-" ? [] : parts[2].map { $0 == "1" })
        }
        return verdicts
    }

    @Test("Our own rules, with everything that the specification has, are judged as pySigma does")
    func ours() throws {
        let trials = try SigmaWorld.trials(in: SigmaWorld.cases)
        #expect(trials.count > 10)
        try compare(trials, try Self.golden("cases.tsv"))
    }

    @Test("Sigma's rules for Linux are judged as pySigma does")
    func corpus() throws {
        guard let corpus = SigmaWorld.corpusOrWord() else { return }
        try compare(try SigmaWorld.trials(in: corpus), try Self.golden("corpus.tsv"))
    }

    private func compare(_ trials: [SigmaWorld.Trial], _ golden: [String: (mark: String, digits: [Bool])]) throws {
        var (rows, held, unknown) = (0, 0, 0)
        for trial in trials {
            guard let said = golden[trial.name], said.mark == trial.mark else {
                unknown += 1
                continue
            }
            var isHeld = false
            for (pair, expected) in zip(trial.pairs, said.digits) {
                let found = try SigmaWorld.holds(trial.rule, pair.data)
                #expect(found == expected, "\(trial.name): \(pair.row)")
                isHeld = isHeld || found
                rows += 1
            }
            held += isHeld ? 1 : 0
        }
        print("sigma: \(trials.count) rules, \(rows) rows compared with pySigma's verdicts, \(held) rules held of some")
        #expect(held == trials.count)
        #expect(unknown == 0, "rows of \(unknown) rules are not those that pySigma judged: make sigma-oracle")
    }

    @Test(
        "Rows for the oracle are written where it asks for them",
        .enabled(if: getenv("EXHAUST_SIGMA_ROWS") != nil))
    func write() throws {
        let target = getenv("EXHAUST_SIGMA_ROWS").map { String(cString: $0) } ?? ""
        for (name, folder) in [("cases", SigmaWorld.cases), ("corpus", SigmaWorld.corpus)] {
            guard let folder else { continue }
            let lines = try SigmaWorld.trials(in: folder).map { trial in
                let fields: ValueMap = [
                    "folder": .string(folder), "name": .string(trial.name), "mark": .string(trial.mark),
                ]
                let head = String(decoding: JSONWriter.bytes(of: .map(fields)), as: UTF8.self).dropLast()
                return "\(head),\"rows\":[\(trial.lines.joined(separator: ","))]}\n"
            }
            try DurableFile.replace("\(target)/\(name).jsonl", with: Array(lines.joined().utf8))
        }
    }
}
