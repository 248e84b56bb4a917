import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Rates, between events that come late")
struct RateClockTests {
    @Test("a rate that falls is the same whether the clock or an event that came before tells it")
    func low() throws {
        for seed in 0..<40 {
            var random = Randomness(seed: seed)
            let events = random.events(calm: 0)
            let rule = "- {fact: low, on: exhaust.syslog, detect: {rate: {below: 30, within: 5s, of: data.value}}}"
            var (late, prompt) = (try Bench(rule), try Bench(rule))
            for shown in random.delivery(of: events) { late.feed(try shown.event, now: shown.handled) }
            for shown in events { prompt.feed(try shown.event, now: shown.time) }
            late.advance(to: 1000)
            prompt.advance(to: 1000)
            let found = [late, prompt].map { $0.engine.states[0].keys.values.first?.current.episode }
            #expect(found[0]?.first == found[1]?.first && found[0]?.value == found[1]?.value, "seed \(seed)")
            #expect(found[1] != nil)
            let told = try late.facts.filter { $0.transition != .updated }.map(\.transition)
            #expect(told == told.indices.map { $0 % 2 == 0 ? .raised : .cleared }, "seed \(seed)")
        }
    }

    @Test("a rate that the clock found to be over is open again if an event comes late that kept it up")
    func high() throws {
        var bench = try Bench("- {fact: high, on: exhaust.syslog, detect: {rate: {above: 1, within: 5s}}}")
        for event in 0..<6 { try bench.feed(at: Double(event) / 10, [:]) }
        bench.advance(to: 6)
        #expect(try bench.story == ["raised web-01", "cleared web-01"])
        for event in 0..<6 { try bench.feed(at: 3 + Double(event) / 10, now: 7, [:]) }
        bench.advance(to: 11)
        #expect(try bench.story == ["raised web-01", "cleared web-01", "raised web-01"])
        bench.advance(to: 12)
        #expect(try bench.story.last == "cleared web-01")
    }
}
