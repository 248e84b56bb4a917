import ExhaustCore
import Testing

@testable import Analyzer

/// When facts are told: late, doubled and flapping.
@Suite("Episodes")
struct EpisodeTests {
    private static let link = """
        - fact: link-down
          on: exhaust.syslog
          where: data.state == 'down'
          key: [host, data.port]
          clear: {where: data.state == 'up'}
          subject: port {{ data.port }}
        """

    private func say(_ bench: inout Bench, _ second: Double, _ state: String, now: Double? = nil) throws {
        try bench.feed(at: second, now: now, ["port": 1, "state": .string(state)])
    }

    @Test("What was over before it came late is not told; what is not over is")
    func overtaken() throws {
        var bench = try Bench(Self.link)
        try say(&bench, 5, "up")
        try say(&bench, 4, "down", now: 5)
        #expect(bench.output.isEmpty)
        try say(&bench, 6, "down")
        #expect(try bench.story == ["raised port 1"])
        try say(&bench, 5.5, "up", now: 7)
        #expect(try bench.story == ["raised port 1"])
        try say(&bench, 7, "up", now: 8)
        #expect(try bench.facts.last?.first == Bench.time(6))
    }

    @Test("A late event that shows a gap begins the occurrence anew, under its old name")
    func split() throws {
        var bench = try Bench(Self.link)
        try say(&bench, 1, "down")
        try say(&bench, 3, "down")
        try say(&bench, 2, "up", now: 4)
        try say(&bench, 15, "down")
        #expect(try bench.story == ["raised port 1", "updated port 1"])
        #expect(try bench.facts.map(\.first) == [Bench.time(1), Bench.time(3)])
    }

    @Test("An event older than the lateness changes nothing, and is counted")
    func late() throws {
        var bench = try Bench(Self.link)
        try say(&bench, 100, "up")
        try say(&bench, 89.9, "down", now: 100)
        bench.advance(to: 102)
        #expect(bench.output.isEmpty)
        #expect(bench.notices.all.contains { $0.contains("late(rule: \"link-down\", count: 1)") })
    }

    @Test("An event that comes twice changes nothing")
    func twice() throws {
        var bench = try Bench("- {fact: f, on: exhaust.syslog, ttl: 1m, detect: {count: {above: 1, within: 1m}}}")
        let event = Event(
            type: .syslog, source: "//web-01/s/0", id: "7", time: Bench.time(0), host: try HostID.of("web-01"))
        bench.feed(event, now: Bench.time(0))
        bench.feed(event, now: Bench.time(1))
        #expect(bench.output.isEmpty)
    }

    @Test("An event that is dated far ahead does not make the others late")
    func future() throws {
        var bench = try Bench(Self.link)
        try say(&bench, 1e9, "up", now: 10)
        try say(&bench, 11, "down")
        #expect(try bench.story == ["raised port 1"])
    }

    @Test("A fact that comes and goes is marked until it has been steady for a while")
    func flapping() throws {
        var bench = try Bench(Self.link)
        for second in 0..<10 { try say(&bench, Double(second), second % 2 == 0 ? "down" : "up") }
        try say(&bench, 10, "down")
        let marks = try bench.facts.map { $0.flapping == true }
        #expect(marks.first == false && marks.last == true)
        // Steady for as long as the checks reach back.
        try say(&bench, 1300, "down")
        #expect(try bench.facts.last?.transition == .updated && bench.facts.last?.flapping == nil)
    }

    @Test("A learned absence is due by the key's own pace")
    func learned() throws {
        var bench = try Bench(
            """
            - fact: late
              on: exhaust.syslog
              detect: {absence: {learned: {factor: 3, at_least: 1s, at_most: 1h}}}
            """)
        for second in 0..<20 { try bench.feed(at: Double(second) * 10, [:]) }
        bench.advance(to: 215)
        #expect(bench.output.isEmpty)
        bench.advance(to: 240)
        #expect(try bench.story == ["raised web-01"])
    }
}
