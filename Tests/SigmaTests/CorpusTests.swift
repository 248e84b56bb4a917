import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

@Suite("Sigma's rules for Linux")
struct CorpusTests {
    @Test("All load, with facts of their own, and most run")
    func load() throws {
        guard let corpus = SigmaWorld.corpusOrWord() else { return }
        let rules = try RuleSet.load([], sigma: [corpus])
        let entries = rules.sigma.entries
        let run = entries.filter { $0.rule != nil }
        print("sigma: \(entries.count) rules read, \(run.count) run, \(run.count { !$0.gaps.isEmpty }) of them in part")
        #expect(entries.count == 248)
        #expect(run.count >= 200)
        #expect(Set(rules.rules.map(\.fact)).count == run.count)
        for rule in rules.rules { #expect(rule.firstProblem() == nil, "\(rule.fact)") }
    }

    @Test("docs/sigma.md lists what does not run, or not whole, and why")
    func documented() throws {
        guard let corpus = SigmaWorld.corpusOrWord() else { return }
        let page = String(decoding: try FileContent.read(SigmaWorld.here + "/../../docs/sigma.md"), as: UTF8.self)
        let told = page.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("lnx") }.map(String.init)
        let entries = try SigmaRules.load([corpus]).entries.filter { !$0.gaps.isEmpty }
        let known = entries.sorted { ($0.rule == nil ? 0 : 1, $0.name) < ($1.rule == nil ? 0 : 1, $1.name) }.map {
            "| `\($0.name)` | \($0.gaps.joined(separator: "; ")) |"
        }
        #expect(told == known, "it should be:\n\(known.joined(separator: "\n"))")
    }
}

extension SigmaRules.Entry {
    /// The file without its folder and ending.
    fileprivate var name: String {
        file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? file
    }
}
