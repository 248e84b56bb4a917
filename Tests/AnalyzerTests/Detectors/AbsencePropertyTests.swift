import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Absence, whatever the order in which events come")
struct AbsencePropertyTests {
    private static let rules = [
        "- {fact: silent, on: exhaust.syslog, detect: {absence: {within: 10s}}}",
        "- {fact: silent, on: exhaust.syslog, key: [host, data.app], detect: {absence: {within: 10s}}}",
        """
        - {fact: silent, on: exhaust.syslog, key: [host, data.app],
           detect: {absence: {learned: {factor: 2, at_least: 5s, at_most: 1m}}}}
        """,
    ]

    /// Ten minutes of a host, in which programs, or all of it, are silent at times: in the order in which events come,
    /// some late, some twice, some with dates far ahead.
    private static func arrivals(_ random: inout Randomness, perKey: Bool) -> [ReferenceSilence.Heard] {
        let outages = (0..<2).map { _ in random.double(0...600) }.map { $0...$0 + random.double(20...120) }
        var arrivals: [ReferenceSilence.Heard] = []
        for app in perKey ? ["a", "b", "c", nil] : ["web-01"] {
            let quiet = (0..<4).map { _ in random.double(0...600) }.map { $0...$0 + random.double(5...60) }
            var second = 0.0
            while second < 600 {
                second += random.double(0.5...8)
                if (outages + quiet).contains(where: { $0.contains(second) }) { continue }
                let handled = Bench.time(second + random.double(0...9.9))
                let isAhead = random.chance(0.02)
                let event = ReferenceSilence.Heard(
                    number: arrivals.count + 1, app: app, time: isAhead ? handled : Bench.time(second),
                    handled: handled)
                arrivals.append(event)
                if random.chance(0.1) {
                    arrivals.append(
                        .init(
                            number: event.number, app: app, time: event.time,
                            handled: handled + .seconds(random.double(0...30))))
                }
            }
        }
        return arrivals.sorted { $0.handled < $1.handled }
    }

    private static func event(_ heard: ReferenceSilence.Heard) throws -> Event {
        // One that counts as of now says that it is of next year.
        let time = heard.time == heard.handled ? heard.time + .seconds(31_536_000) : heard.time
        return Event(
            type: heard.app == nil ? .perf : .syslog, source: "//web-01/test/0", id: "\(heard.number)", time: time,
            host: try HostID.of("web-01"), data: ["app": .string(heard.app ?? "")])
    }

    @Test("what is told, and after which event or tick, is what a slow look at everything gives", arguments: rules)
    func silence(rule: String) throws {
        var (raised, hosts) = (0, 0)
        for seed in 0..<5 {
            var random = Randomness(seed: seed)
            var bench = try Bench(rule)
            var reference = ReferenceSilence(bench.engine.states[0].rule)
            var count = 0
            func news() throws -> [String] {
                defer { count = bench.output.count }
                return try bench.output[count...].map { try $0.payload(Fact.self) }
                    .filter { $0.transition != .updated }.map {
                        "\($0.transition) \($0.name == Rule.hostSilent ? "host" : $0.keys?.last?.string ?? "")"
                    }.sorted()
            }
            var arrivals = Self.arrivals(&random, perKey: reference.waits)[...]
            for second in 0..<900 {
                while let next = arrivals.first, next.handled < Bench.time(Double(second)) {
                    arrivals.removeFirst()
                    bench.feed(try Self.event(next), now: next.handled)
                    let (found, told) = (try news(), reference.hear(next).sorted())
                    if found != told { Issue.record("\(found), not \(told), with \(next) of seed \(seed)") }
                }
                bench.advance(to: Double(second))
                let told = reference.pass(to: Bench.time(Double(second))).sorted()
                let found = try news()
                if found != told { Issue.record("\(found), not \(told), at second \(second) of seed \(seed)") }
                raised += told.count { $0 != "raised host" }
                hosts += told.count { $0 == "raised host" }
            }
        }
        #expect(raised > 5)
        #expect(hosts > 5 || !rule.contains("key"))
    }
}
