import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Sequences")
struct SequenceMatcherTests {
    private struct Event {
        let time: Timestamp
        let number: Int
        let steps: UInt32
    }

    /// Whether events, of which the last is one, fill the places: the reference, which tries every choice. Places are
    /// filled from the last one back.
    private static func fills(_ places: [Int], _ events: ArraySlice<Event>, after limit: Timestamp) -> Bool {
        guard let place = places.last else { return true }
        return events.indices.contains { index in
            events[index].time > limit && events[index].steps >> UInt32(place) & 1 != 0
                && fills(places.dropLast(), events[..<index], after: limit)
        }
    }

    private static func isMatch(_ places: [Int], endingWith events: ArraySlice<Event>, _ within: Duration) -> Bool {
        guard let last = events.last, let place = places.last, last.steps >> UInt32(place) & 1 != 0 else {
            return false
        }
        return fills(places.dropLast(), events.dropLast(), after: last.time - within)
    }

    @Test("a match is found exactly when one ends with the event, and what it names is one", arguments: 0..<400)
    func exact(seed: Int) throws {
        var random = Randomness(seed: seed)
        let wanted = (0..<random.int(2...4)).map { _ in random.int(1...3) }
        let places = wanted.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
        let within = Duration.seconds(random.int(2...40))
        let events = random.times(30, span: 60).enumerated().map { number, time in
            // Mostly one step; sometimes several at once, or none.
            let steps = (0..<wanted.count).reduce(UInt32(0)) { random.chance(0.3) ? $0 | 1 << UInt32($1) : $0 }
            return Event(time: time, number: number, steps: steps)
        }
        var matcher = SequenceMatcher()
        for (index, event) in events.enumerated() {
            let match = matcher.take(
                steps: event.steps, at: event.time, .number(event.number), times: wanted, within: within)
            let expected = Self.isMatch(places, endingWith: events[...index], within)
            #expect((match != nil) == expected, "seed \(seed), event \(index)")
            if let match {
                check(match.events, events, wanted, event, within, seed)
                #expect(events.first { .number($0.number) == match.events[0] }?.time == match.first, "seed \(seed)")
                // None that began later ends here.
                #expect(!Self.isMatch(places, endingWith: events[...index], event.time - match.first), "seed \(seed)")
            }
            if index == 15 { matcher = try reread(matcher) }
        }
    }

    private func check(
        _ match: [EventIdentity], _ events: [Event], _ wanted: [Int], _ last: Event, _ within: Duration, _ seed: Int
    ) {
        let named = match.compactMap { one in events.first { .number($0.number) == one } }
        #expect(named.count == wanted.count + (wanted[wanted.count - 1] > 1 ? 1 : 0), "seed \(seed)")
        #expect(zip(named, named.dropFirst()).allSatisfy { $0.number < $1.number }, "seed \(seed)")
        #expect(named.last?.number == last.number, "seed \(seed)")
        for (step, event) in named.prefix(wanted.count).enumerated() {
            #expect(event.steps >> UInt32(step) & 1 != 0 && event.time > last.time - within, "seed \(seed)")
        }
    }

    @Test("after it forgot, a sequence begins anew")
    func forgets() {
        var matcher = SequenceMatcher()
        func take(_ steps: UInt32, _ second: Double) -> Bool {
            matcher.take(
                steps: steps, at: Bench.time(second), .number(Int(second)), times: [1, 1], within: .seconds(10)) != nil
        }
        #expect(!take(1, 0) && take(2, 1))
        matcher.removeAll()
        #expect(!take(2, 2) && matcher == SequenceMatcher())
    }
}
