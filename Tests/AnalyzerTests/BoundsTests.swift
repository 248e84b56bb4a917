import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Bounds and reload")
struct BoundsTests {
    private static let rule =
        """
        - fact: f
          on: exhaust.syslog
          where: '!has(data.ok) || !data.ok'
          key: [host, data.k]
          subject: '{{ data.k }}'
          clear: {where: data.ok}
        """

    @Test("A host has at most so many open facts; room comes back when one is cleared")
    func openFacts() throws {
        var limits = Limits()
        limits.openFactsPerHost = 2
        var bench = try Bench(Self.rule, limits: limits)
        for key in 1...3 { try bench.feed(at: Double(key), ["k": .int(Int64(key))]) }
        try bench.feed(at: 4, host: "web-02", ["k": 9])
        #expect(try bench.story == ["raised 1", "raised 2", "raised web-01", "raised 9"])
        #expect(try bench.facts[2].name == "facts-overflow")
        #expect(bench.notices.all.contains { $0.contains("tooManyFacts") })
        try bench.feed(at: 5, ["k": 1, "ok": true])
        try bench.feed(at: 6, ["k": 3])
        #expect(try bench.story.suffix(2) == ["cleared 1", "raised 3"])
        try bench.feed(at: 7, ["k": 4])
        bench.advance(to: 600)
        #expect(try bench.facts.filter { $0.name == "facts-overflow" }.count == 1)
        bench.advance(to: 607)
        #expect(try bench.story.last == "cleared web-01")
        #expect(try bench.facts.last?.value == 2)
    }

    @Test("An absence past its host's bound is asked again later, not for ever at once")
    func absenceBound() throws {
        var limits = Limits()
        limits.openFactsPerHost = 1
        var bench = try Bench(
            "- {fact: f, on: exhaust.syslog, key: [host, data.k], detect: {absence: {within: 1s}}}", limits: limits)
        try bench.feed(at: 0, ["k": 1])
        try bench.feed(at: 0, ["k": 2])
        bench.advance(to: 2)
        try bench.feed(.perf, at: 5, [:])
        #expect(try bench.facts.map(\.key) == ["f:web-01:1", "facts-overflow:web-01"])
        try bench.feed(at: 6, ["k": 1])
        for second in 7..<20 { try bench.feed(.perf, at: Double(second), [:]) }
        let keys = try bench.facts.map(\.key).filter { $0 != "facts-overflow:web-01" }
        #expect(keys.suffix(2) == ["f:web-01:1", "f:web-01:1"])
    }

    @Test("A rule forgets the keys unused for longest, never one with an open fact")
    func keys() throws {
        var limits = Limits()
        limits.keysPerRule = 10
        let rule = """
            - fact: f
              on: exhaust.syslog
              key: [host, data.k]
              subject: '{{ data.k }}'
              ttl: 1h
              detect: {count: {above: 1, within: 1h}}
            """
        var bench = try Bench(rule, limits: limits)
        try bench.feed(at: 0, ["k": "open"])
        try bench.feed(at: 0, ["k": "open"])
        for key in 0..<1000 {
            try bench.feed(at: 1, ["k": .int(Int64(key))])
            try bench.feed(at: 1, ["k": "open"])
        }
        #expect(bench.engine.states[0].keys.count == 10)
        #expect(try bench.story == ["raised open"])
        // The newest are remembered, older ones begin anew.
        try bench.feed(at: 2, ["k": 999])
        try bench.feed(at: 2, ["k": 5])
        #expect(try bench.story == ["raised open", "raised 999"])
    }

    @Test("Of a key no more events are kept than stated, also if all come late")
    func late() throws {
        var bench = try Bench("- {fact: f, on: exhaust.syslog, ttl: 1h, detect: {count: {above: 900, within: 1h}}}")
        try bench.feed(at: 10, [:])
        for event in 0..<1000 { try bench.feed(at: 9 - Double(event % 500) / 100, now: 10, [:]) }
        let state = try #require(bench.engine.states[0].keys.values.first)
        #expect(try #require(try ValueEncoder().encode(state)["log"]?.list).count <= 64)
    }

    @Test("New rules keep the state of unchanged ones and clear the facts of the others")
    func reload() throws {
        let other = "\n- {fact: g, on: exhaust.syslog, ttl: 1h, subject: g}"
        var bench = try Bench(Self.rule + other)
        try bench.feed(at: 0, ["k": 1])
        #expect(try bench.story == ["raised 1", "raised g"])
        try bench.replace("- {fact: new, on: exhaust.perf, ttl: 1h}\n" + Self.rule, at: 1)
        #expect(try bench.story == ["raised 1", "raised g", "cleared g"])
        try bench.feed(at: 2, ["k": 1])
        try bench.feed(at: 3, ["k": 1, "ok": true])
        #expect(try bench.story == ["raised 1", "raised g", "cleared g", "cleared 1"])
        #expect(bench.engine.openCounts.isEmpty)
    }

    @Test("The same events at the same times give the same facts, to the byte")
    func deterministic() throws {
        func run() throws -> [[UInt8]] {
            var bench = try Bench(Self.rule + "\n- {fact: s, on: exhaust.syslog, detect: {absence: {within: 3s}}}")
            var generator = SeededGenerator(seed: 5)
            for step in 0..<500 {
                let data: ValueMap = [
                    "k": .int(Int64.random(in: 0..<20, using: &generator)),
                    "ok": .bool(Bool.random(using: &generator)),
                ]
                try bench.feed(at: Double(step) * 1.7, host: "h\(step % 3)", data)
            }
            return bench.output.map { EventJSON.encode($0) }
        }
        let (first, second) = (try run(), try run())
        #expect(first == second && first.count > 100)
    }
}
