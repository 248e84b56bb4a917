import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Rate")
struct RateTests {
    @Test("Raises when more comes by time than the limit, and clears when it leaves the window")
    func above() throws {
        var bench = try Bench("- {fact: f, on: exhaust.syslog, detect: {rate: {above: 0.5, within: 10s}}}")
        for second in 0..<5 { try bench.feed(at: Double(second), [:]) }
        #expect(bench.output.isEmpty)
        try bench.feed(at: 5, [:])
        let fact = try #require(try bench.facts.first)
        #expect(fact.value == 0.6 && fact.limit == 0.5 && fact.first == Bench.time(0))
        // The event of second 0 leaves at 10: five in ten seconds are no more than the limit.
        bench.advance(to: 9.9)
        #expect(bench.output.count == 1)
        bench.advance(to: 100)
        #expect(try bench.story == ["raised web-01", "cleared web-01"])
        #expect(bench.output[1].time == Bench.time(10))
    }

    @Test("Sums a number, and clears at the level asked")
    func sum() throws {
        var bench = try Bench(
            """
            - fact: f
              on: exhaust.net.flow
              detect: {rate: {of: data.bytes, above: 100, clear: 50, per: 1m, within: 1m}}
              summary: '{{ value }} bytes a minute'
            """)
        try bench.feed(.netFlow, at: 0, ["bytes": 60])
        try bench.feed(.netFlow, at: 30, ["bytes": 30])
        try bench.feed(.netFlow, at: 40, ["bytes": 20])
        #expect(try bench.facts.first?.summary == "110 bytes a minute")
        // At 60 there are 50 left.
        bench.advance(to: 59.9)
        #expect(bench.output.count == 1)
        bench.advance(to: 61)
        #expect(try bench.story == ["raised web-01", "cleared web-01"])
    }

    @Test("Too little is a fact only once a window has passed, and more events end it")
    func below() throws {
        var bench = try Bench("- {fact: f, on: exhaust.syslog, detect: {rate: {below: 0.3, within: 10s}}}")
        try bench.feed(at: 0, [:])
        bench.advance(to: 9.9)
        #expect(bench.output.isEmpty)
        bench.advance(to: 11)
        #expect(try bench.story == ["raised web-01"])
        #expect(bench.output[0].time == Bench.time(10))
        for second in 12...14 { try bench.feed(at: Double(second), [:]) }
        #expect(try bench.facts.last?.transition == .cleared)
        #expect(bench.output.last?.time == Bench.time(14))
        // They leave at 22: two in ten seconds are too few again.
        bench.advance(to: 30)
        #expect(bench.output.last?.time == Bench.time(22))
        #expect(try bench.facts.last?.transition == .raised)
    }

    @Test("A backlog is measured by the time of its events")
    func backlog() throws {
        var bench = try Bench("- {fact: f, on: exhaust.syslog, detect: {rate: {above: 0.5, within: 10s}}}")
        for second in 0..<20 { try bench.feed(at: Double(second) * 5, now: 1000 + Double(second) / 100, [:]) }
        #expect(bench.output.isEmpty)
        // Two bursts are two occurrences, although no timer was due between them.
        for burst in [200.0, 300] {
            for event in 0..<6 { try bench.feed(at: burst + Double(event), now: 1001, [:]) }
        }
        #expect(try bench.story == ["raised web-01", "cleared web-01", "raised web-01"])
        #expect(try bench.facts.map(\.last) == [Bench.time(205), Bench.time(205), Bench.time(305)])
    }
}
