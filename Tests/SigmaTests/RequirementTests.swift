import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Sigma requirements")
struct RequirementTests {
    @Test("A rule that holds finds one of the literals that it requires", arguments: [false, true])
    func neverStronger(ofCorpus: Bool) throws {
        guard let folder = ofCorpus ? SigmaWorld.corpusOrWord() : SigmaWorld.cases else { return }
        var (held, spared, asked) = (0, 0, 0)
        for trial in try SigmaWorld.trials(in: folder) {
            guard let condition = trial.rule.condition else { continue }
            for pair in trial.pairs {
                for data in [pair.data, Self.asProcess(pair.data)] {
                    let isMet = condition.requirement?.anyOf.contains { $0.isMet(in: data) } ?? true
                    asked += 1
                    spared += isMet ? 0 : 1
                    guard try SigmaWorld.holds(trial.rule, data) else { continue }
                    held += 1
                    #expect(isMet, "\(trial.name): \(data)")
                }
            }
        }
        print("sigma: of \(asked) near events \(held) held, and the literals spare \(spared) the rule")
        #expect(held > 50 && spared > 50)
    }

    @Test("All but a few of Sigma's rules require a literal")
    func mostRequire() throws {
        guard let folder = SigmaWorld.corpusOrWord() else { return }
        let without = try SigmaRules.load([folder]).entries.filter {
            $0.rule != nil && $0.rule?.condition?.requirement == nil
        }
        #expect(without.isEmpty, "\(without.map(\.file))")
    }

    /// The same happening as one process of a command.
    private static func asProcess(_ data: ValueMap) -> ValueMap {
        var (command, process) = (data, ValueMap())
        for key in ["process.executable.path", "process.executable.name", "process.command_args"] {
            process[key] = data[key]
            command[key] = nil
        }
        if let line = data["process.command_line"]?.string, process["process.command_args"] == nil {
            process["process.command_args"] = .list(line.split(separator: " ").map { .string(String($0)) })
        }
        command["process.command_line"] = "typed"
        command["exhaust.cli.processes"] = [.map(process)]
        return command
    }
}

extension Literal {
    /// Whether it occurs, found by looking at everything.
    func isMet(in data: ValueMap) -> Bool {
        guard let list else { return data[field].map(isMet) ?? false }
        return data[list]?.list?.contains { $0[field].map(isMet) ?? false } ?? false
    }

    private func isMet(_ value: Value) -> Bool {
        if text.isEmpty, kind == .contains { return true }
        switch value {
        case .list(let elements): return elements.contains(where: isMet)
        case .string(let found): return isMet(found)
        case .int(let number): return isMet(String(number))
        case .bool(let flag): return isMet(flag ? "true" : "false")
        default: return false
        }
    }

    private func isMet(_ found: String) -> Bool {
        let small = { (text: String) in
            String(decoding: text.utf8.map { isCaseInsensitive && $0 &- 65 < 26 ? $0 | 32 : $0 }, as: UTF8.self)
        }
        let (text, found) = (small(text), small(found))
        return switch kind {
        case .equals: found == text
        case .prefix: found.hasPrefix(text)
        case .suffix: found.hasSuffix(text)
        case .contains: text.isEmpty || found.contains(text)
        }
    }
}
