import ExhaustCore
import Testing

@testable import Analyzer

@Suite("The bound on a host's facts, whatever the order in which events come")
struct HostBoundPropertyTests {
    private static let limit = 3

    /// What is told where there is room for few facts: each key is folded anew at each of its events.
    private struct ReferenceRoom {
        private(set) var told: [String] = []
        private(set) var refused = 0
        private(set) var lastRefusal: Timestamp?
        private var known: [String: [ReferenceFold.Shown]] = [:]
        /// Of each key the latest event of the occurrence that is told, or that was refused.
        private var open: [String: Timestamp] = [:]
        private var shut: [String: Timestamp] = [:]

        mutating func take(_ event: ReferenceFold.Shown, _ rule: OrderCase) {
            let key = event.name
            let newest = known[key]?.map(\.time).max() ?? event.time
            guard event.time + .seconds(10) >= newest,
                known[key]?.contains(where: { $0.number == event.number }) != true
            else { return }
            known[key, default: []].append(event)
            let occurrence = ReferenceFold(known[key] ?? [], rule).occurrence
            if let last = open[key], occurrence.map({ $0.first > last }) ?? true {
                open[key] = nil
                told.append("cleared \(key)")
            }
            guard let occurrence else {
                shut[key] = nil
                return
            }
            if open[key] != nil || !event.isCalm && open.count < HostBoundPropertyTests.limit {
                if open[key] == nil { told.append("raised \(key)") }
                open[key] = occurrence.last
                return
            }
            // What speaks against a fact raises none.
            if event.isCalm { return }
            if shut[key].map({ occurrence.first > $0 }) ?? true { refused += 1 }
            shut[key] = occurrence.last
            lastRefusal = event.handled
        }
    }

    @Test("what is told, refused and counted is what a slow fold at every arrival gives")
    func bound() throws {
        var refusals = 0
        for seed in 0..<50 {
            var random = Randomness(seed: seed)
            var limits = Limits()
            limits.openFactsPerHost = Self.limit
            var bench = try Bench(
                """
                - fact: match
                  on: exhaust.syslog
                  where: '!has(data.calm)'
                  key: [host, data.name]
                  subject: '{{ data.name }}'
                  clear: {where: data.calm}
                """, limits: limits)
            let events = random.events(calm: 0.3).map { shown in
                var data = shown.data
                data["name"] = .string("app-\(random.int(0...7))")
                return ReferenceFold.Shown(number: shown.number, time: shown.time, data: data)
            }
            var rooms = ["web-01": ReferenceRoom(), "web-02": ReferenceRoom()]
            for shown in random.delivery(of: events) {
                let host = shown.number % 3 == 0 ? "web-02" : "web-01"
                rooms[host]?.take(shown, OrderCase.all[0])
                bench.feed(try shown.event(of: host), now: shown.handled)
            }
            bench.advance(to: 2000)
            for (host, room) in rooms {
                let facts = try bench.facts.filter { $0.host == host && $0.transition != .updated }
                let own = facts.filter { $0.name == "match" }.map { "\($0.transition) \($0.subject)" }
                #expect(own == room.told, "seed \(seed), \(host)")
                let overflow = facts.filter { $0.name == Rule.factsOverflow }
                #expect(overflow.map(\.transition) == (room.refused > 0 ? [.raised, .cleared] : []), "seed \(seed)")
                #expect(overflow.last?.value.map { Int($0) } ?? 0 == room.refused, "seed \(seed)")
                let over = bench.output.last { $0.host.description == host && $0.data["name"] == "facts-overflow" }
                #expect(over?.time == room.lastRefusal.map { $0 + .seconds(600) }, "seed \(seed)")
                refusals += room.refused
            }
        }
        #expect(refusals > 20)
    }
}
