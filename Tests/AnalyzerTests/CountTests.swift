import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Count")
struct CountTests {
    private static let rule = """
        - fact: burst
          on: exhaust.syslog
          where: '!has(data.calm)'
          detect: {count: {above: 2, within: 10s}}
          clear: {where: data.calm}
        """

    @Test("Raises when more events than the limit lie within the window")
    func window() throws {
        var bench = try Bench(Self.rule)
        for second in [0.0, 5, 10.5, 21, 22] { try bench.feed(at: second, [:]) }
        #expect(bench.output.isEmpty)
        try bench.feed(at: 30.9, [:])
        let fact = try #require(try bench.facts.first)
        #expect(fact.value == 3 && fact.limit == 2 && fact.evidence.map(\.id) == ["4", "5", "6"])
        #expect(fact.first == Bench.time(21))
    }

    @Test("After it was cleared, counting begins anew")
    func again() throws {
        var bench = try Bench(Self.rule)
        for second in [0.0, 1, 2] { try bench.feed(at: second, [:]) }
        try bench.feed(at: 3, ["calm": true])
        for second in [4.0, 5] { try bench.feed(at: second, [:]) }
        #expect(try bench.story == ["raised web-01", "cleared web-01"])
        try bench.feed(at: 6, [:])
        #expect(try bench.story == ["raised web-01", "cleared web-01", "raised web-01"])
    }

    @Test("In whatever order events come, the fact is there exactly when their times fill a window")
    func shuffled() throws {
        var generator = SeededGenerator(seed: 3)
        for round in 0..<500 {
            let above = Int.random(in: 0...4, using: &generator)
            let times = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
                Double(Int.random(in: 0...10, using: &generator))
            }
            var bench = try Bench(
                "- {fact: f, on: exhaust.syslog, ttl: 1d, detect: {count: {above: \(above), within: 3s}}}")
            var expected: Int?
            for (index, time) in times.enumerated() {
                try bench.feed(at: time, now: 100, [:])
                // The reference: of all times so far, those within three seconds of any of them.
                let seen = times[...index]
                let fullest = seen.map { end in seen.count { $0 > end - 3 && $0 <= end } }.max() ?? 0
                if expected == nil, fullest > above { expected = index }
                #expect(bench.output.isEmpty == (expected == nil), "round \(round): \(times), above \(above)")
            }
        }
    }
}
