import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Holes in the numbers of events")
struct GapWatchTests {
    private static let rule = """
        - fact: telemetry-gap
          on: exhaust.gap
          key: [host, data.kind]
          ttl: 10m
          subject: '{{ data.kind }} {{ data.count }}'
        """

    private func event(_ id: UInt64, incarnation: String = "1") throws -> Event {
        Event(
            type: .syslog, source: "//web-01/emitter-syslog/\(incarnation)", id: "\(id)",
            time: Bench.time(Double(id)), host: try HostID.of("web-01"))
    }

    /// What an analyzer tells that gets these numbers at second 0 and the late ones at second 10.
    private func story(_ ids: [UInt64], late: [UInt64] = []) throws -> [String] {
        var bench = try Bench(Self.rule)
        for id in ids { bench.feed(try event(id), now: Bench.time(0)) }
        for id in late { bench.feed(try event(id), now: Bench.time(10)) }
        bench.advance(to: 29)
        #expect(bench.output.isEmpty)
        bench.advance(to: 31)
        return try bench.story
    }

    @Test("numbers without a hole say nothing, wherever they begin and however often they come")
    func whole() throws {
        #expect(try story([7, 8, 8, 9, 7, 10]).isEmpty)
    }

    @Test("a hole that stands for half a minute is a fact, with its size")
    func hole() throws { #expect(try story([1, 2, 6]) == ["raised sequence.hole 3"]) }

    @Test("what comes late is not missing")
    func filled() throws {
        #expect(try story([1, 2, 6], late: [4, 3, 5]).isEmpty)
        #expect(try story([1, 2, 6], late: [4]) == ["raised sequence.hole 2"])
    }

    @Test("another incarnation counts anew")
    func incarnations() throws {
        var bench = try Bench(Self.rule)
        bench.feed(try event(1), now: Bench.time(0))
        bench.feed(try event(50, incarnation: "2"), now: Bench.time(0))
        bench.advance(to: 60)
        #expect(bench.output.isEmpty)
    }

    @Test("numbers in any order, with repetitions: the holes are what never came")
    func random() throws {
        for seed in 0..<50 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var watch = GapWatch()
            watch.note(try event(1), now: Bench.time(0))
            let came = (2...40 as ClosedRange<UInt64>).filter { _ in Bool.random(using: &generator) } + [41]
            for id in (came + came.prefix(9)).shuffled(using: &generator) {
                watch.note(try event(id), now: Bench.time(0))
            }
            let missing = watch.due(Bench.time(31)).compactMap { $0.data["count"]?.int }.reduce(0, +)
            #expect(missing == Int64(40 - came.count), "seed \(seed)")
        }
    }
}
