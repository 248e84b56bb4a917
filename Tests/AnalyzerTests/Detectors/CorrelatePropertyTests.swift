import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

@Suite("Correlate, whatever the order in which facts come")
struct CorrelatePropertyTests {
    private static let rules = """
        - fact: match
          on: exhaust.syslog
          where: '!has(data.calm)'
          key: [host, data.name]
          clear: {where: data.calm}
        - fact: root
          on: exhaust.fact
          detect: {correlate: {facts: fact.name == 'match', above: 2, within: 15s, suppress: true}}
        """

    /// Roots at their most obvious: of all facts that are open, each group is tried.
    private struct ReferenceRoots {
        private(set) var told: [String] = []
        /// The open facts: when each was raised, and whether the root stands for it.
        private(set) var open: [String: (time: Timestamp, isMember: Bool)] = [:]
        private var hasRoot = false
        private var deadline: Timestamp?
        private let life: Duration?

        init(life: Duration?) { self.life = life }

        mutating func pass(to time: Timestamp) {
            if let deadline, deadline <= time { end() }
        }

        mutating func take(_ fact: Fact, at time: Timestamp) {
            pass(to: time)
            if fact.transition == .cleared {
                open[fact.key] = nil
                if hasRoot, !open.values.contains(where: \.isMember) { end() }
                return
            }
            open[fact.key] = (fact.last, hasRoot)
            if !hasRoot { gather(around: fact) }
            if hasRoot { deadline = life.map { time + $0 } }
        }

        private mutating func gather(around fact: Fact) {
            for start in open.values.map(\.time).sorted() {
                let group = open.filter { start <= $0.value.time && $0.value.time < start + .seconds(15) }
                guard group.count > 2, group[fact.key] != nil else { continue }
                for key in group.keys { open[key]?.isMember = true }
                hasRoot = true
                let times = group.values.map(\.time)
                told.append("raised \(group.count) \(times.min() ?? start) \(times.max() ?? start)")
                return
            }
        }

        private mutating func end() {
            hasRoot = false
            deadline = nil
            for key in open.keys { open[key]?.isMember = false }
            told.append("cleared")
        }
    }

    @Test("roots and their facts are what a slow look at all open facts gives", arguments: [nil, 20])
    func roots(life: Int?) throws {
        var roots = 0
        for seed in 0..<50 {
            var random = Randomness(seed: seed)
            let events = random.events(calm: 0.4).map { shown in
                var data = shown.data
                data["name"] = .string("app-\(random.int(0...7))")
                // Keys of their own may lie far apart, however late that makes them.
                let time = random.chance(0.1) ? shown.time - .seconds(random.double(0...100)) : shown.time
                return ReferenceFold.Shown(number: shown.number, time: time, data: data)
            }
            var bench = try Bench(Self.rules + (life.map { "\n  ttl: \($0)s" } ?? ""))
            var reference = ReferenceRoots(life: life.map { .seconds($0) })
            for shown in random.delivery(of: events) { bench.feed(try shown.event, now: shown.handled) }
            bench.advance(to: 200)
            for (fact, event) in zip(try bench.facts, bench.output)
            where fact.name == "match" && fact.transition != .updated {
                reference.take(fact, at: event.time)
            }
            reference.pass(to: Bench.time(200))
            let told = try bench.facts.filter { $0.name == "root" && $0.transition != .updated }.map { fact in
                fact.transition == .raised
                    ? "raised \(Int(fact.value ?? 0)) \(fact.first) \(fact.last)" : "\(fact.transition)"
            }
            #expect(told == reference.told, "seed \(seed)")
            roots += told.count
            var latest: [String: Fact] = [:]
            for fact in try bench.facts where fact.name == "match" { latest[fact.key] = fact }
            let below = latest.filter { $0.value.transition != .cleared }.mapValues { $0.parent != nil }
            #expect(below == reference.open.mapValues(\.isMember), "seed \(seed)")
            #expect(latest.values.allSatisfy { ($0.suppressed == true) == ($0.parent != nil) })
        }
        #expect(roots > 20)
    }
}
