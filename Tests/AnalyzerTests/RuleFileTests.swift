import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

@Suite("Rule files")
struct RuleFileTests {
    /// The folder of `path` from the repository's top.
    private static func repository(_ path: String) -> String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/" + path
    }

    @Test(
        "A broken rule file is an error that names file, line and key",
        arguments: [
            "unknown-key", "unknown-name", "bad-expression", "bad-template", "no-clear", "two-detectors",
            "duplicate-fact",
            "missing-fact", "bad-duration", "key-without-host", "threshold-levels", "threshold-clear-where", "version",
            "bad-severity", "bad-name", "no-rules", "unknown-function", "unknown-stream",
            "rate-limits", "rate-clear", "distinct-above", "absence-due", "absence-learned", "sequence-steps",
            "sequence-stream", "change-no-end", "new-cap", "fact-stream", "correlate-stream", "reserved-name",
            "fact-elsewhere",
            "unknown-field", "unknown-item-field", "wrong-type", "no-condition", "no-number", "step-type", "clear-fact",
            "summary-field", "correlate-field",
        ])
    func bad(name: String) throws {
        let folder = Self.repository("Tests/AnalyzerTests/Cases/bad/")
        let expected = String(decoding: try FileContent.read("\(folder)\(name).expected"), as: UTF8.self)
        let error = #expect(throws: ExhaustError.self) { try RuleSet.load(["\(folder)\(name).yaml"]) }
        #expect(error?.code == .configuration)
        #expect(error?.description.replacing(folder, with: "") == expected.trimmingLineEnd)
    }

    @Test("A folder stands for its rule files; one that is missing is an error")
    func folder() throws {
        let facts = try RuleSet.load([Self.repository("deploy/rules")]).rules.map(\.fact)
        #expect(facts.contains("service-down") && facts.contains("filesystem-filling"))
        let error = #expect(throws: ExhaustError.self) { try RuleSet.load(["/nowhere/rules.yaml"]) }
        #expect(error?.code == .configuration)
    }

    @Test("Every shipped rule says why, and has a test in which its fact begins and ends; all tests pass")
    func shipped() throws {
        let entries = try RuleSet.load([Self.repository("deploy/rules")]).entries
        for entry in entries {
            #expect(entry.rule.reason != nil, "\(entry.rule.fact) gives no reason")
            let expected = entry.rule.tests.map(\.expect)
            #expect(
                expected.contains { $0.contains { $0.raised != nil } && $0.contains { $0.cleared != nil } },
                "\(entry.rule.fact) has no test in which it is raised and cleared")
            for test in entry.rule.tests {
                let failure = try RuleTestRunner.run(test, of: entry, among: entries)
                #expect(failure == nil, "\(entry.rule.fact), \(test.given)")
            }
        }
    }

    @Test("A rule test that expects something else says what it found")
    func failingTest() throws {
        let set = try RuleSet.load([Self.repository("deploy/rules/services.yaml")])
        let entry = try #require(set.entries.first)
        let test = RuleTest(
            given: "samples/nginx-killed.jsonl", after: nil,
            expect: [.init(raised: "service-down", cleared: nil, subject: "apache2")])
        let failure = try RuleTestRunner.run(test, of: entry, among: set.entries)
        #expect(
            failure == """
                expected raised service-down, subject apache2
                found raised service-down, subject nginx
                found cleared service-down, subject nginx
                """)
    }
}

extension String {
    fileprivate var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
