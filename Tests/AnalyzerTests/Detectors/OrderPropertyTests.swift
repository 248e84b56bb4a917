import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Every detector, whatever the order in which events come")
struct OrderPropertyTests {
    private static let lateness = 9.9

    private static func event(_ shown: ReferenceFold.Shown) throws -> Event {
        Event(
            type: .syslog, source: "//web-01/test/0", id: "\(shown.number)", time: shown.time,
            host: try HostID.of("web-01"), data: shown.data)
    }

    /// A minute and more of events of one key, no two at the same moment, nor at one at which a window ends.
    private static func events(_ random: inout Randomness) -> [ReferenceFold.Shown] {
        let count = random.int(1...60)
        let moments = Set((0..<count).map { _ in random.int(0...random.int(3...90) * 1000) })
        return moments.sorted().enumerated().map { number, moment in
            var data: ValueMap = [
                "value": .int(Int64(random.int(0...100))), "name": .string(["a", "b", "c", "d"][random.int(0...3)]),
            ]
            if random.chance(0.08) { data["calm"] = true }
            let time = Bench.time(Double(moment) / 1000 + Double(number) / 1e6)
            return ReferenceFold.Shown(number: number + 1, time: time, data: data)
        }
    }

    /// In the order in which they come: late by less than the bound, some twice, and some so late that they must change
    /// nothing.
    private static func delivery(
        _ events: [ReferenceFold.Shown], _ random: inout Randomness
    ) -> [ReferenceFold.Shown] {
        var arrivals = events.map { (at: $0.time + .seconds(random.double(0...Self.lateness)), event: $0) }
        for event in events where random.chance(0.3) {
            arrivals.append((event.time + .seconds(random.double(Self.lateness...30)), event))
        }
        for event in events where random.chance(0.1) {
            let ghost = ReferenceFold.Shown(
                number: event.number + 1000, time: event.time - .seconds(random.double(11...40)), data: event.data)
            arrivals.append((event.time + .seconds(10), ghost))
        }
        return arrivals.sorted { $0.at < $1.at }.map(\.event)
    }

    @Test(
        "events that come late, twice and in any order give what a slow fold over all of them in their order gives",
        arguments: OrderCase.all)
    func order(detector: OrderCase) throws {
        var there = 0
        for seed in 0..<100 {
            var random = Randomness(seed: seed)
            let events = Self.events(&random)
            var bench = try Bench(detector.rule)
            for shown in Self.delivery(events, &random) { bench.feed(try Self.event(shown), now: Bench.time(100)) }
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
        #expect((1...99).contains(there))
    }

    @Test("each value is new once, whatever the order, and every fact knows its first event and its last")
    func new() throws {
        for seed in 0..<100 {
            var random = Randomness(seed: seed)
            let events = Self.events(&random)
            var bench = try Bench("- {fact: new, on: exhaust.syslog, detect: {new: {of: data.value}}, ttl: 1d}")
            let arrivals = events.map { (at: $0.time + .seconds(random.double(0...Self.lateness)), event: $0) }
            for (index, arrival) in (arrivals + arrivals.prefix(30)).sorted(by: { $0.at < $1.at }).enumerated() {
                bench.feed(try Self.event(arrival.event), now: Bench.time(100 + Double(index) / 1000))
            }
            let expected = Dictionary(grouping: events, by: \.value).map { $0.value.map(\.time) }
            let found = bench.engine.states[0].keys.values.compactMap(\.current.episode)
            #expect(
                Set(found.map { [$0.first, $0.last] }) == Set(expected.map { [$0[0], $0[$0.count - 1]] }),
                "seed \(seed)")
            #expect(try bench.facts.allSatisfy { $0.transition != .cleared }, "seed \(seed)")
        }
    }
}
