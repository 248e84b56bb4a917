import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Every detector, whatever the order in which events come")
struct OrderPropertyTests {
    @Test(
        "events that come late, twice and in any order give what a slow fold over all of them in their order gives",
        arguments: OrderCase.all + OrderCase.held)
    func order(detector: OrderCase) throws {
        var there = 0
        for seed in 0..<60 {
            var random = Randomness(seed: seed)
            let events = random.events(calm: detector.hold > 0 ? 0.4 : 0.08)
            var bench = try Bench(detector.rule)
            for shown in random.delivery(of: events) { bench.feed(try shown.event, now: Bench.time(100)) }
            let expected = ReferenceFold(events, detector).occurrence
            let known = bench.engine.states[0].keys.values.first
            let found = known?.current.episode.map {
                ReferenceFold.Occurrence(
                    first: $0.first, last: $0.last, value: $0.value,
                    evidence: expected?.evidence == nil ? nil : $0.evidence.compactMap { Int($0.id) })
            }
            #expect(found == expected, "\(detector.testDescription), seed \(seed)")
            let told = try bench.facts.filter { $0.transition != .updated }.map(\.transition)
            #expect(told == told.indices.map { $0 % 2 == 0 ? .raised : .cleared }, "seed \(seed)")
            #expect((told.last == .raised) == (expected != nil), "seed \(seed)")
            if expected != nil { there += 1 }
        }
        #expect((1...59).contains(there))
    }

    @Test("each value is new once, whatever the order, and every fact knows its first event and its last")
    func new() throws {
        for seed in 0..<60 {
            var random = Randomness(seed: seed)
            let events = random.events()
            var bench = try Bench("- {fact: new, on: exhaust.syslog, detect: {new: {of: data.value}}, ttl: 1d}")
            for shown in random.delivery(of: events) { bench.feed(try shown.event, now: Bench.time(100)) }
            let expected = Dictionary(grouping: events, by: \.value).map { $0.value.map(\.time) }
            let found = bench.engine.states[0].keys.values.compactMap(\.current.episode)
            #expect(
                Set(found.map { [$0.first, $0.last] }) == Set(expected.map { [$0[0], $0[$0.count - 1]] }),
                "seed \(seed)")
            #expect(try bench.facts.allSatisfy { $0.transition != .cleared }, "seed \(seed)")
        }
    }
}
