import ExhaustCore
import Testing

@testable import Analyzer

/// The detectors that look at which events come, through rules and facts.
@Suite("Distinct, sequence, change and new")
struct PatternTests {
    @Test("Distinct counts values, not events")
    func distinct() throws {
        var bench = try Bench(
            "- {fact: f, on: exhaust.syslog, ttl: 1m, detect: {distinct: {of: data.user, above: 2, within: 10s}}}")
        for (second, user) in ["a", "b", "a", "b", "a"].enumerated() {
            try bench.feed(at: Double(second), ["user": .string(user)])
        }
        #expect(bench.output.isEmpty)
        // The first value has left the window by then, but came again.
        try bench.feed(at: 11, ["user": "c"])
        let fact = try #require(try bench.facts.first)
        #expect(fact.value == 3 && fact.limit == 2)
    }

    private static let login = """
        - fact: forced-login
          on: exhaust.syslog
          key: [host, data.user]
          ttl: 1h
          subject: '{{ data.user }}'
          detect:
            sequence:
              within: 1m
              steps:
              - {where: "data.message == 'failed'", times: 3}
              - {where: "data.message == 'accepted'"}
              - {on: exhaust.cli, where: has(data.command)}
        """

    @Test("A sequence wants its steps in order, within its time, from the streams named")
    func sequence() throws {
        var bench = try Bench(Self.login)
        func say(_ second: Double, _ message: String) throws {
            try bench.feed(at: second, ["user": "eve", "message": .string(message)])
        }
        try say(0, "failed")
        try say(1, "accepted")
        try bench.feed(.cli, at: 2, ["user": "eve", "command": "id"])
        #expect(bench.output.isEmpty)
        try say(3, "failed")
        try say(4, "failed")
        try say(5, "accepted")
        try bench.feed(.cli, at: 6, ["user": "adam", "command": "id"])
        #expect(bench.output.isEmpty)
        try bench.feed(.cli, at: 7, ["user": "eve", "command": "id"])
        #expect(try bench.story == ["raised eve"])
        let fact = try #require(try bench.facts.first)
        #expect(fact.evidence.map(\.id) == ["1", "6", "8"])
        #expect(fact.first == Bench.time(0) && fact.last == Bench.time(7))
    }

    @Test("A sequence whose events overtake each other is found all the same")
    func sequenceLate() throws {
        var bench = try Bench(Self.login)
        try bench.feed(.cli, at: 5, ["user": "eve", "command": "id"])
        try bench.feed(at: 4, now: 5, ["user": "eve", "message": "accepted"])
        for second in [3.0, 1, 2] { try bench.feed(at: second, now: 5, ["user": "eve", "message": "failed"]) }
        #expect(try bench.story == ["raised eve"])
    }

    @Test("A change to a value is a fact until it is another")
    func changeTo() throws {
        var bench = try Bench(
            """
            - fact: read-only
              on: exhaust.perf
              each: data.disks
              key: [host, item.at]
              subject: '{{ item.at }}'
              detect: {change: {of: item.mode, from: rw, to: ro}}
            """)
        for (second, mode) in ["ro", "ro", "rw", "ro", "ro", "rw"].enumerated() {
            try bench.feed(.perf, at: Double(second), ["disks": [["at": "/", "mode": .string(mode)]]])
        }
        #expect(try bench.story == ["raised /", "cleared /"])
        #expect(bench.output.map(\.time) == [Bench.time(3), Bench.time(5)])
    }

    @Test("Without a value to become, every change shows it")
    func change() throws {
        var bench = try Bench("- {fact: f, on: exhaust.perf, ttl: 1m, detect: {change: {of: data.boot}}}")
        for (second, boot) in [1, 1, 2, 2, 3].enumerated() {
            try bench.feed(.perf, at: Double(second) * 40, ["boot": .int(Int64(boot))])
        }
        #expect(try bench.story == ["raised web-01", "cleared web-01", "raised web-01"])
    }

    @Test("A value is new once, each is a fact of its own, and what comes while learning is known")
    func new() throws {
        var bench = try Bench(
            """
            - fact: new-binary
              on: exhaust.cli
              subject: '{{ data.exe }}'
              ttl: 1m
              detect: {new: {of: data.exe, learn: 10s}}
            """)
        for (second, exe) in ["sh", "ls", "nc", "sh", "nc"].enumerated() {
            try bench.feed(.cli, at: Double(second) * 6, ["exe": .string(exe)])
        }
        #expect(try bench.story == ["raised nc", "updated nc"])
        try bench.feed(.cli, at: 30, host: "web-02", ["exe": "nc"])
        try bench.feed(.cli, at: 41, host: "web-02", ["exe": "vi"])
        #expect(try bench.facts.last?.key == "new-binary:web-02:vi")
        bench.advance(to: 500)
        try bench.feed(.cli, at: 501, ["exe": "nc"])
        #expect(try bench.facts.filter { $0.transition == .raised }.count == 2)
    }
}
