package import ExhaustCore
import ExhaustRuntime

/// Runs the tests that stand in rule files.
package enum RuleTestRunner {
    /// What a failed test says: expected and found transitions, one a line. `nil` if the test passes. A rule that
    /// watches facts runs beside all of `entries`, any other alone.
    package static func run(
        _ test: RuleTest, of entry: RuleSet.Entry, among entries: [RuleSet.Entry]
    ) throws(ExhaustError) -> String? {
        let found = try facts(of: test, entry, among: entries)
        let matches = found.count == test.expect.count && zip(found, test.expect).allSatisfy { $1.matches($0) }
        if matches { return nil }
        let wanted = test.expect.map { "expected \($0.text)" }
        return (wanted + found.map { "found \($0.transition) \($0.name), subject \($0.subject)" })
            .joined(separator: "\n")
    }

    /// The transitions that the rule makes of the test's events, without updates.
    static func facts(
        of test: RuleTest, _ entry: RuleSet.Entry, among entries: [RuleSet.Entry]
    ) throws(ExhaustError) -> [Fact] {
        let folder = entry.file.lastIndex(of: "/").map { String(entry.file[...$0]) } ?? ""
        let events = try self.events(in: folder + test.given)
        let rules = entry.rule.isCorrelating ? entries.map(\.rule) : [entry.rule]
        let source = EventSource(host: .localhost, role: "analyzer", incarnation: "test")
        var engine = AnalyzerEngine(rules: rules, factory: EventFactory(source: source, seed: 1))
        var filter = DuplicateFilter()
        var now: Timestamp?
        var output: [Event] = []
        for event in events where filter.isNew(event) {
            let time = max(now ?? event.time, event.time)
            now = time
            output += engine.advance(to: time) + engine.handle(event, now: time)
        }
        if let now, let after = test.after { output += engine.advance(to: now + after) }
        var found: [Fact] = []
        for event in output { found.append(try event.payload(Fact.self)) }
        return found.filter { $0.transition != .updated && $0.name == entry.rule.fact }
    }

    private static func events(in path: String) throws(ExhaustError) -> [Event] {
        let bytes = try FileContent.read(path, limit: 16 << 20)
        var events: [Event] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty {
            do {
                events.append(try EventJSON.decode(Array(line)))
            } catch {
                throw ExhaustError(.invalidData, "\(error)", at: "\(path):\(number + 1)")
            }
        }
        return events
    }
}

extension RuleTest.Expectation {
    fileprivate func matches(_ fact: Fact) -> Bool {
        let name = fact.transition == .raised ? raised : cleared
        return name == fact.name && (subject == nil || subject == fact.subject)
    }

    fileprivate var text: String {
        let transition = raised.map { "raised \($0)" } ?? "cleared \(cleared ?? "")"
        return transition + (subject.map { ", subject \($0)" } ?? "")
    }
}
