import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Clearing by another stream")
struct ClearTests {
    private static let rule = """
        - fact: service-down
          on: exhaust.acct
          where: data.signal == 9
          key: [host, data.command]
          subject: '{{ data.command }}'
          clear: {on: exhaust.perf, where: 'data.count[fact.subject] > 0', for: 2s}
        """

    private func killed(_ commands: [(Double, String)], _ rule: String = Self.rule) throws -> Bench {
        var bench = try Bench(rule)
        for (second, command) in commands {
            try bench.feed(.acct, at: second, ["command": .string(command), "signal": 9])
        }
        return bench
    }

    @Test("Samples must show it for the time asked, a contradiction starts anew")
    func hold() throws {
        var bench = try killed([(0, "nginx")])
        try bench.feed(.perf, at: 1, ["count": [:]])
        try bench.feed(.perf, at: 2, ["count": ["nginx": 1]])
        try bench.feed(.perf, at: 3, ["count": ["nginx": 0]])
        try bench.feed(.perf, at: 4, ["count": ["nginx": 1]])
        try bench.feed(.perf, at: 5, ["count": ["nginx": 1]])
        #expect(try bench.story == ["raised nginx"])
        try bench.feed(.perf, at: 6, ["count": ["nginx": 1]])
        #expect(try bench.story == ["raised nginx", "cleared nginx"])
        #expect(bench.output.last?.causationID == "//web-01/test/0 7")
    }

    @Test("Silence proves nothing: without a second sample the fact stays open")
    func silence() throws {
        var bench = try killed([(0, "nginx")])
        try bench.feed(.perf, at: 2, ["count": ["nginx": 1]])
        bench.advance(to: 1000)
        #expect(try bench.story == ["raised nginx"])
    }

    @Test("Every open fact of the host is judged by itself, other hosts are left alone")
    func each() throws {
        var bench = try killed([(0, "nginx"), (0, "redis")])
        for second in [3.0, 5] {
            try bench.feed(.perf, at: second, ["count": ["redis": 1]])
            try bench.feed(.perf, at: second, host: "web-02", ["count": ["nginx": 1]])
        }
        #expect(try bench.story == ["raised nginx", "raised redis", "cleared redis"])
    }

    @Test("A sample from before the last evidence does not count")
    func lateSample() throws {
        var bench = try killed([(10, "nginx")])
        for second in [1.0, 5, 9.9] { try bench.feed(.perf, at: second, now: 11, ["count": ["nginx": 3]]) }
        #expect(try bench.story == ["raised nginx"])
    }

    @Test("New evidence while samples look good starts their time anew")
    func relapse() throws {
        var bench = try killed([(0, "nginx")])
        try bench.feed(.perf, at: 3, ["count": ["nginx": 1]])
        try bench.feed(.acct, at: 4, ["command": "nginx", "signal": 9])
        try bench.feed(.perf, at: 5, ["count": ["nginx": 1]])
        try bench.feed(.perf, at: 6, ["count": ["nginx": 1]])
        #expect(try bench.story == ["raised nginx"])
        try bench.feed(.perf, at: 7, ["count": ["nginx": 1]])
        #expect(try bench.story == ["raised nginx", "cleared nginx"])
    }

    @Test("Evidence from before the clearing sample is settled; what may be newer raises again")
    func settled() throws {
        var bench = try killed([(0, "nginx")])
        for second in [10.0, 12] { try bench.feed(.perf, at: second, ["count": ["nginx": 1]]) }
        try bench.feed(.acct, at: 3, now: 13, ["command": "nginx", "signal": 9])
        #expect(try bench.story == ["raised nginx", "cleared nginx"])
        // Accounting stamps to the second: this one may have happened after the sample.
        try bench.feed(.acct, at: 11.5, now: 13, ["command": "nginx", "signal": 9])
        #expect(try bench.story == ["raised nginx", "cleared nginx", "raised nginx"])
    }

    @Test("A condition that does not ask for the fact clears by key, or all of the host without one")
    func withoutFact() throws {
        let rule = """
            - fact: service-down
              on: exhaust.acct
              where: data.signal == 9
              key: [host, data.command]
              subject: '{{ data.command }}'
              clear: {on: exhaust.syslog, where: data.started}
            """
        var bench = try killed([(0, "nginx"), (0, "redis"), (0, "cron")], rule)
        try bench.feed(.syslog, at: 2, ["command": "redis", "started": true])
        #expect(try bench.story.last == "cleared redis")
        try bench.feed(.syslog, at: 3, ["started": true])
        #expect(try bench.story.suffix(2) == ["cleared nginx", "cleared cron"])
    }
}
