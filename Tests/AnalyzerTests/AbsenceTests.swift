import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Absence")
struct AbsenceTests {
    private static let rule = """
        - fact: silent
          on: exhaust.syslog
          key: [host, data.app]
          subject: '{{ data.app }}'
          detect: {absence: {within: 30s}}
        """

    @Test("Raises when a known key falls silent, and clears with its next event")
    func silence() throws {
        var bench = try Bench(Self.rule)
        try bench.feed(at: 0, ["app": "cron"])
        try bench.feed(at: 20, ["app": "cron"])
        bench.advance(to: 49.9)
        #expect(bench.output.isEmpty)
        // Not before the host is heard: it may be the host that is silent.
        bench.advance(to: 51)
        #expect(bench.output.isEmpty)
        try bench.feed(.perf, at: 52, [:])
        #expect(try bench.story == ["raised cron"])
        #expect(bench.output[0].time == Bench.time(52))
        #expect(try bench.facts[0].evidence.map(\.id) == ["2"])
        bench.advance(to: 500)
        try bench.feed(at: 501, ["app": "cron"])
        #expect(try bench.story == ["raised cron", "cleared cron"])
        bench.advance(to: 530)
        try bench.feed(.perf, at: 531, [:])
        bench.advance(to: 531)
        #expect(try bench.story == ["raised cron", "cleared cron", "raised cron"])
    }

    @Test("A backlog is not silence: time counts from when events were handled")
    func backlog() throws {
        var bench = try Bench("- {fact: silent, on: exhaust.syslog, detect: {absence: {within: 30s}}}")
        for second in 0..<10 { try bench.feed(at: Double(second), now: 1000 + Double(second), ["app": "cron"]) }
        bench.advance(to: 1038)
        #expect(bench.output.isEmpty)
        bench.advance(to: 1040)
        #expect(try bench.story == ["raised web-01"])
    }

    @Test("With a time to live it ends, and the key must be seen again")
    func timeToLive() throws {
        var bench = try Bench(
            "- {fact: silent, on: exhaust.syslog, ttl: 1m, detect: {absence: {within: 30s}}}")
        try bench.feed(at: 0, [:])
        bench.advance(to: 1000)
        #expect(try bench.story == ["raised web-01", "cleared web-01"])
        #expect(bench.output.map(\.time) == [Bench.time(30), Bench.time(90)])
        try bench.feed(at: 1001, [:])
        bench.advance(to: 1040)
        #expect(try bench.story.count == 3)
    }
}
