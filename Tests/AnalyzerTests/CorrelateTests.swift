import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

@Suite("Correlate")
struct CorrelateTests {
    private static let rules = """
        - fact: down
          on: exhaust.acct
          where: data.down
          key: [host, data.name]
          subject: '{{ data.name }}'
          clear: {where: '!data.down'}
        - fact: many-down
          on: exhaust.fact
          detect:
            correlate: {facts: fact.name == 'down', above: 2, within: 1m, suppress: true}
          subject: '{{ fact.subject }}'
          severity: critical
          summary: '{{ int(value) }} services are down'
        """

    private func say(
        _ bench: inout Bench, _ second: Double, _ name: String, _ isDown: Bool = true, on host: String = "web-01"
    ) throws {
        try bench.feed(.acct, at: second, host: host, ["name": .string(name), "down": .bool(isDown)])
    }

    private func story(_ bench: Bench) throws -> [String] {
        try bench.facts.map { "\($0.transition) \($0.name) \($0.subject)" + ($0.parent == nil ? "" : " below") }
    }

    @Test("More facts than the limit have a root, which ends with the last of them")
    func root() throws {
        var bench = try Bench(Self.rules)
        for (second, name) in ["a", "b", "c", "d"].enumerated() { try say(&bench, Double(second), name) }
        #expect(
            try story(bench) == [
                "raised down a", "raised down b", "raised many-down c", "updated down a below",
                "updated down b below", "raised down c below", "raised down d below",
            ])
        let facts = try bench.facts
        #expect(facts[3].parent == facts[2].episode && facts[6].suppressed == true)
        #expect(facts[2].value == 3 && facts[2].limit == 2 && facts[2].summary == "3 services are down")
        #expect(facts[2].evidence.map(\.id) == [facts[0].episode, facts[1].episode, facts[5].episode])
        for (second, name) in ["a", "b", "c", "d"].enumerated() { try say(&bench, Double(second) + 10, name, false) }
        #expect(
            try story(bench).suffix(5) == [
                "cleared down a below", "cleared down b below", "cleared down c below", "cleared down d below",
                "cleared many-down c",
            ])
        #expect(bench.engine.openCounts.isEmpty)
    }

    @Test("Facts that come apart, on other hosts, or of other groups have none")
    func apart() throws {
        var bench = try Bench(Self.rules)
        for (index, name) in ["a", "b", "c", "d"].enumerated() { try say(&bench, Double(index) * 40, name) }
        for host in ["web-02", "web-03", "web-04"] { try say(&bench, 200, "a", on: host) }
        #expect(try bench.facts.allSatisfy { $0.name == "down" })
        var grouped = try Bench(Self.rules.replacing("above: 2", with: "by: fact.subject, above: 2"))
        for (index, name) in ["a", "b", "c"].enumerated() { try say(&grouped, Double(index), name) }
        #expect(grouped.output.count == 3)
    }

    @Test("When a root ends before its children, they stand for themselves again")
    func orphans() throws {
        var bench = try Bench(Self.rules + "\n  ttl: 1m")
        for (second, name) in ["a", "b", "c"].enumerated() { try say(&bench, Double(second), name) }
        bench.advance(to: 100)
        #expect(
            try story(bench).suffix(4) == [
                "cleared many-down c", "updated down a", "updated down b", "updated down c",
            ])
        #expect(try bench.facts.suffix(3).allSatisfy { $0.suppressed == nil })
    }

    @Test("After a takeover children and root know each other")
    func takeover() throws {
        var first = try Bench(Self.rules)
        for (second, name) in ["a", "b", "c"].enumerated() { try say(&first, Double(second), name) }
        var next = try Bench(Self.rules)
        for event in first.output { next.restore(event) }
        try say(&next, 5, "d")
        #expect(try next.facts.first?.parent == first.facts[2].episode)
        for (second, name) in ["a", "b", "c", "d"].enumerated() { try say(&next, Double(second) + 10, name, false) }
        #expect(try story(next).last == "cleared many-down c")
    }

    @Test("With new rules for roots, the old ones end and their children are known to the new")
    func reload() throws {
        var bench = try Bench(Self.rules)
        for (second, name) in ["a", "b", "c"].enumerated() { try say(&bench, Double(second), name) }
        try bench.replace(Self.rules.replacing("above: 2", with: "above: 3"), at: 5)
        #expect(
            try story(bench).suffix(4) == [
                "cleared many-down c", "updated down a", "updated down b", "updated down c",
            ])
        try say(&bench, 6, "d")
        #expect(try bench.facts.last?.parent != nil)
    }
}
