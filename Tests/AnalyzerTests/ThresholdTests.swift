import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Threshold")
struct ThresholdTests {
    private func story(_ detect: String, clear: String = "", _ numbers: [Double]) throws -> [String] {
        var bench = try Bench("- {fact: f, on: exhaust.perf, detect: {threshold: {value: data.n, \(detect)}}\(clear)}")
        for (second, number) in numbers.enumerated() {
            try bench.feed(.perf, at: Double(second), ["n": .double(number)])
        }
        return try zip(bench.output, bench.facts).filter { $1.transition != .updated }.map { event, fact in
            "\(fact.transition) \(Int((event.time - Bench.time(0)).inSeconds))"
        }
    }

    @Test("Raises past the limit and clears at it")
    func plain() throws {
        #expect(try story("above: 10", [10, 11, 12, 10, 9, 11]) == ["raised 1", "cleared 3", "raised 5"])
        #expect(try story("below: 10", [10, 9, 8, 10]) == ["raised 1", "cleared 3"])
    }

    @Test("Hysteresis: a number between the levels changes nothing")
    func hysteresis() throws {
        #expect(
            try story("above: 10, clear: 8", [11, 9, 11, 9, 8.1, 8, 9, 11]) == ["raised 0", "cleared 5", "raised 7"])
        #expect(try story("below: 10, clear: 12", [9, 11, 12]) == ["raised 0", "cleared 2"])
    }

    @Test("Raises only when every number was past the limit for the time asked")
    func hold() throws {
        #expect(try story("above: 10, for: 3s", [11, 11, 11, 9, 11, 11, 11, 11, 9]) == ["raised 7", "cleared 8"])
    }

    @Test("Clears only when every number was back for the time asked; one between the levels starts anew")
    func clearHold() throws {
        let story = try story("above: 10, clear: 8", clear: ", clear: {for: 2s}", [11, 7, 7, 9, 7, 7, 11, 7, 7, 7])
        #expect(story == ["raised 0", "cleared 9"])
    }

    @Test("The fact carries the number, the limit and what showed it")
    func payload() throws {
        var bench = try Bench(
            """
            - fact: f
              on: exhaust.perf
              detect: {threshold: {value: data.n, above: 10, for: 2s}}
              summary: n is {{ value }}
            """)
        for (second, number) in [5, 11, 12, 13].enumerated() {
            try bench.feed(.perf, at: Double(second), ["n": .int(Int64(number))])
        }
        let fact = try #require(try bench.facts.first)
        #expect(fact.value == 13 && fact.limit == 10 && fact.summary == "n is 13")
        #expect(fact.first == Bench.time(1) && fact.last == Bench.time(3))
        #expect(fact.evidence.map(\.id) == ["2", "3", "4"])
    }

    @Test("A late or repeated sample changes nothing")
    func late() throws {
        var bench = try Bench("- {fact: f, on: exhaust.perf, detect: {threshold: {value: data.n, above: 10}}}")
        try bench.feed(.perf, at: 5, ["n": 5])
        try bench.feed(.perf, at: 4, now: 5, ["n": 50])
        try bench.feed(.perf, at: 5, ["n": 50])
        #expect(bench.output.isEmpty)
    }

    @Test("Each element of a list is judged by itself")
    func each() throws {
        var bench = try Bench(
            """
            - fact: full
              on: exhaust.perf
              each: data.disks
              where: item.mode != 'ro'
              key: [host, item.at]
              detect: {threshold: {value: item.used, above: 0.8}}
              subject: '{{ item.at }}'
            """)
        func disks(_ root: Double, _ data: Double) -> ValueMap {
            [
                "disks": [
                    ["at": "/", "used": .double(root), "mode": "rw"],
                    ["at": "/d", "used": .double(data), "mode": "rw"],
                    ["at": "/cd", "used": 1.0, "mode": "ro"],
                ]
            ]
        }
        try bench.feed(.perf, at: 0, disks(0.5, 0.9))
        try bench.feed(.perf, at: 1, disks(0.9, 0.9))
        try bench.feed(.perf, at: 2, disks(0.9, 0.1))
        #expect(try bench.story == ["raised /d", "raised /", "cleared /d"])
    }
}
