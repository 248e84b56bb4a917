import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Different values in a sliding window")
struct DistinctWindowTests {
    @Test("it counts as far as is asked, in whatever order values come, and twice", arguments: 0..<300)
    func exact(seed: Int) throws {
        var random = Randomness(seed: seed)
        let above = random.int(0...20)
        let within = Duration.seconds(random.int(1...60))
        let names = random.int(1...40)
        let times = random.times(random.int(1...120), span: random.int(1...100))
        let events = random.shuffled((times + times.prefix(20)).map { (time: $0, value: "u\(random.int(1...names))") })
        var window = DistinctWindow()
        for (index, event) in events.enumerated() {
            let count = window.take(event.value, at: event.time, within: within, above: above)
            let seen = events[...index]
            let newest = seen.map(\.time).max() ?? event.time
            let inside = Set(seen.filter { $0.time > newest - within }.map(\.value))
            #expect(count == min(inside.count, above + 1), "seed \(seed)")
            if index % 40 == 0 { window = try reread(window) }
        }
        window.removeAll()
        #expect(window == DistinctWindow())
    }

    @Test("great limits are met within the error that it states: 95 of 100 within twice 4.5 %")
    func sampled() {
        var errors: [Double] = []
        for seed in 0..<12 {
            var (window, passed) = (DistinctWindow(), 0)
            let above = 1024 + 500 * seed
            while window.take("\(seed)-\(passed)", at: Bench.time(0), within: .seconds(1), above: above) <= above {
                passed += 1
            }
            errors.append(abs(Double(passed - above)) / Double(above))
        }
        #expect(errors.count { $0 < 0.09 } >= 11, "\(errors)")
    }
}
