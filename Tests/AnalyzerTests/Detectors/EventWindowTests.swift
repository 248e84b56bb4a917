import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Events in a sliding window")
struct EventWindowTests {
    @Test("it knows whether more than a limit are there, and which, in whatever order they come", arguments: 0..<300)
    func exact(seed: Int) throws {
        var random = Randomness(seed: seed)
        let above = random.int(0...40)
        let within = Duration.seconds(random.int(1...60))
        let events = random.shuffled(
            random.times(random.int(1...120), span: random.int(1...100)).enumerated().map { $0 })
        var window = EventWindow()
        for (index, event) in events.enumerated() {
            let passed = window.take(event.element, .number(event.offset), within: within, above: above)
            // The reference: everything that came.
            let seen = events[...index]
            let newest = seen.map(\.element).max() ?? event.element
            let inside = seen.map(\.element).filter { $0 > newest - within }.sorted()
            #expect(passed == (inside.count > above), "seed \(seed)")
            #expect(window.count == min(inside.count, above + 1), "seed \(seed)")
            #expect(window.first == inside.suffix(above + 1).first, "seed \(seed)")
            let times = window.latest.compactMap { one in events.first { .number($0.offset) == one }?.element }
            #expect(times == inside.suffix(10), "seed \(seed)")
            if index % 40 == 0 { window = try reread(window) }
        }
        window.removeAll()
        #expect(window == EventWindow())
    }

    @Test("great limits are passed at most 1/64 of the window too early, and never too late")
    func great() {
        // 100 a second lie in a window of 64 s, so 6,400 at a time.
        func passes(_ above: Int) -> Int? {
            var window = EventWindow()
            return (1...6600).first {
                window.take(Bench.time(Double($0) / 100), .number($0), within: .seconds(64), above: above)
            }
        }
        #expect(passes(6390) == 6391)
        #expect(passes(6500) == nil)
    }
}
