import ExhaustCore
import Testing

@testable import Analyzer

/// Absence where whole hosts, or everything, falls silent.
@Suite("Silent hosts")
struct HostTests {
    private static let rule = """
        - fact: silent
          on: exhaust.syslog
          key: [host, data.app]
          subject: '{{ data.app }}'
          detect: {absence: {within: 30s}}
        """

    private func hundred(_ limits: Limits = Limits()) throws -> Bench {
        var bench = try Bench(Self.rule, limits: limits)
        for app in 0..<100 { try bench.feed(at: Double(app) / 10, ["app": .string("app\(app)")]) }
        return bench
    }

    @Test("A host that is silent is one fact, not one a key; when it is back, its keys have their time again")
    func oneFact() throws {
        var bench = try hundred()
        for second in 10..<100 { try bench.feed(.perf, at: Double(second), host: "web-02", [:]) }
        #expect(try bench.facts.map(\.name) == ["host-silent"])
        #expect(bench.output[0].time == Bench.time(69.9) && bench.output[0].host.description == "web-01")
        #expect(bench.output[0].causationID == "//web-01/test/0 100")
        try bench.feed(.perf, at: 200, [:])
        #expect(try bench.facts.map(\.transition) == [.raised, .cleared])
        for app in 1..<100 { try bench.feed(at: 210, ["app": .string("app\(app)")]) }
        bench.advance(to: 229.9)
        #expect(bench.output.count == 2)
        bench.advance(to: 230)
        try bench.feed(.perf, at: 231, [:])
        #expect(try bench.story.suffix(1) == ["raised app0"])
    }

    @Test("A host that another instance told to be silent is so until it is heard, whatever the rules are now")
    func takeover() throws {
        var first = try hundred()
        first.advance(to: 100)
        #expect(try first.facts.map(\.name) == ["host-silent"])
        var next = try Bench("- {fact: seen, on: exhaust.syslog, ttl: 1h}")
        for event in first.output { next.restore(event) }
        try next.feed(.perf, at: 200, [:])
        #expect(try next.facts.map(\.transition) == [.cleared])
        try next.feed(.perf, at: 201, [:])
        #expect(next.output.count == 1)
    }

    @Test("A host that is heard while its keys are waited for, and then no more, is silent")
    func again() throws {
        var bench = try Bench(Self.rule)
        try bench.feed(at: 0, ["app": "cron"])
        bench.advance(to: 40)
        // It comes late, so that it does not show whether the key is missing.
        try bench.feed(.perf, at: 1, now: 41, [:])
        for second in 42...200 { bench.advance(to: Double(second)) }
        #expect(try bench.facts.map(\.name) == ["host-silent"])
    }

    @Test("A key that comes again while its host is waited for is no absence")
    func inTime() throws {
        var bench = try Bench(Self.rule)
        try bench.feed(at: 0, ["app": "cron"])
        bench.advance(to: 40)
        try bench.feed(at: 45, ["app": "cron"])
        #expect(bench.output.isEmpty)
    }

    @Test("While the telemetry of most hosts is held back, timers stand still")
    func lag() throws {
        var limits = Limits()
        limits.pausesTimers = true
        let rules = """
            - {fact: silent, on: exhaust.perf, detect: {absence: {within: 30s}}}
            - {fact: seen, on: exhaust.syslog, ttl: 30s}
            """
        var bench = try Bench(rules, limits: limits)
        func hear(_ seconds: Range<Int>, lag: Double = 0) throws {
            for second in seconds {
                for host in 1...5 {
                    try bench.feed(.perf, at: Double(second) - lag, host: "web-0\(host)", now: Double(second), [:])
                }
            }
        }
        try hear(0..<100)
        try bench.feed(at: 100, [:])
        // Nothing comes from anywhere: the clock goes on for the minute in which that may be a coincidence.
        for second in 100..<1000 { bench.advance(to: Double(second)) }
        let known = try bench.facts.map { "\($0.transition) \($0.name)" }
        try hear(1000..<1100, lag: 900)
        #expect(try bench.facts.map { "\($0.transition) \($0.name)" }.filter { $0 == "cleared seen" }.count <= 1)
        #expect(known.count < 10)
    }
}
