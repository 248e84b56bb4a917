import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Time to live, whatever the order in which events come")
struct TimeToLiveTests {
    /// What is told of one key, at its most obvious: at each arrival everything is folded again. What a timer ended is
    /// settled, so that nothing counts which happened before.
    private struct ReferenceLife {
        let rule: OrderCase
        private(set) var told: [String] = []
        private var known: [ReferenceFold.Shown] = []
        private var settled: ReferenceFold
        private var settledAt: Timestamp?
        private var open: Timestamp?
        private var deadline: Timestamp?

        init(_ rule: OrderCase) {
            self.rule = rule
            settled = ReferenceFold([], rule)
        }

        mutating func pass(to time: Timestamp) {
            guard let deadline, deadline <= time else { return }
            settled.take(known)
            settled.end()
            settledAt = known.map(\.time).max() ?? settledAt
            known = []
            tell("cleared", at: deadline)
        }

        mutating func take(_ event: ReferenceFold.Shown) {
            pass(to: event.handled)
            guard rule.hears(event) else { return }
            let newest = known.map(\.time).max() ?? settledAt ?? event.time
            guard event.time + .seconds(10) >= newest, settledAt.map({ $0 < event.time }) ?? true,
                !known.contains(where: { $0.number == event.number })
            else { return }
            known.append(event)
            var fold = settled
            fold.take(known)
            if let open, fold.occurrence.map({ $0.first > open }) ?? true { tell("cleared", at: event.handled) }
            guard let occurrence = fold.occurrence else { return }
            if open == nil { tell("raised", at: event.handled) }
            open = occurrence.last
            deadline = rule.life.map { fold.handled + .seconds($0) }
        }

        private mutating func tell(_ word: String, at time: Timestamp) {
            told.append("\(word) \(time)")
            (open, deadline) = (nil, nil)
        }
    }

    @Test("what is told, and when, is what a slow fold at every arrival gives", arguments: OrderCase.living)
    func told(detector: OrderCase) throws {
        var expired = 0
        for seed in 0..<25 {
            var random = Randomness(seed: seed)
            let events = random.events(calm: detector.hold > 0 ? 0.4 : 0.08)
            var (bench, reference) = (try Bench(detector.rule), ReferenceLife(detector))
            for shown in random.delivery(of: events) {
                reference.take(shown)
                bench.feed(try shown.event, now: shown.handled)
            }
            reference.pass(to: Bench.time(1000))
            bench.advance(to: 1000)
            let told = try bench.facts.enumerated().filter { $0.element.transition != .updated }
                .map { "\($0.element.transition) \(bench.output[$0.offset].time)" }
            #expect(told == reference.told, "\(detector.testDescription), seed \(seed)")
            for fact in try bench.facts { #expect(fact.first <= fact.last, "seed \(seed)") }
            if reference.told.count > 2 { expired += 1 }
        }
        #expect(expired > 0)
    }
}
