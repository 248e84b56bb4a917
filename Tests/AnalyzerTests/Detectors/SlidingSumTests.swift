import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Sum in a sliding window")
struct SlidingSumTests {
    private static let within = Duration.seconds(64)

    private typealias Amount = (time: Timestamp, amount: Double)

    /// The reference: everything is kept.
    private static func sum(_ all: [Amount], at end: Timestamp, _ length: Duration) -> Double {
        all.filter { $0.time > end - length && $0.time <= end }.map(\.amount).reduce(0, +)
    }

    @Test("up to 128 amounts in the window the sum is exact, in whatever order they come", arguments: 0..<200)
    func exact(seed: Int) throws {
        var random = Randomness(seed: seed)
        let times = random.times(random.int(1...120), span: random.int(1...400))
        let amounts = random.shuffled(times.map { (time: $0, amount: Double(random.int(-5...20))) })
        var window = SlidingSum()
        for (index, one) in amounts.enumerated() {
            window.add(one.amount, at: one.time, within: Self.within)
            let seen = Array(amounts[...index])
            let newest = seen.map(\.time).max() ?? one.time
            let end = newest + .seconds(random.int(0...80))
            #expect(window.sum(at: end, within: Self.within) == Self.sum(seen, at: end, Self.within), "seed \(seed)")
            if index % 40 == 0 { window = try reread(window) }
        }
    }

    @Test("of more, an amount leaves late by at most 1/64 of the window, and never early", arguments: 0..<10)
    func joined(seed: Int) {
        var random = Randomness(seed: seed)
        let times = random.times(1500, span: random.int(64...600)).map { $0 + .milliseconds(random.int(0...999)) }
        let amounts = times.map { (time: $0, amount: Double(random.int(0...20))) }
        var window = SlidingSum()
        var newest = times[0]
        for (index, one) in amounts.enumerated() {
            window.add(one.amount, at: one.time, within: Self.within)
            newest = max(newest, one.time)
            guard index % 50 == 0 else { continue }
            let seen = Array(amounts[...index])
            let sum = window.sum(at: newest, within: Self.within)
            #expect(sum >= Self.sum(seen, at: newest, Self.within), "seed \(seed)")
            #expect(sum <= Self.sum(seen, at: newest, Self.within + .seconds(1)), "seed \(seed)")
        }
    }

    @Test("it tells when the sum will satisfy a condition if nothing happens", arguments: 0..<200)
    func moment(seed: Int) {
        var random = Randomness(seed: seed)
        let times = random.times(random.int(1...30), span: random.int(1...100))
        let amounts = times.map { (time: $0, amount: Double(random.int(-3...9))) }
        var window = SlidingSum()
        for one in amounts { window.add(one.amount, at: one.time, within: Self.within) }
        let limit = Double(random.int(-5...100))
        // The reference: it asks at every second.
        let seconds = (0...70).map { times[times.count - 1] + .seconds($0) }
        let first = seconds.first { Self.sum(amounts, at: $0, Self.within) <= limit }
        #expect(window.moment(within: Self.within) { $0 <= limit } == first, "seed \(seed)")
    }

    @Test("amounts that are no numbers, and times beyond all reason, do no harm")
    func hostile() {
        var window = SlidingSum()
        let far = [Int64.min, -1, 0, .max].map { Timestamp(seconds: $0) }
        for time in far {
            for amount in [Double.nan, .infinity, 1] { window.add(amount, at: time, within: .seconds(1)) }
        }
        #expect(window.sum(at: far[3], within: .seconds(1)) == 1)
        window.add(1, at: far[3], within: .seconds(Int64.max))
        #expect(window.sum(at: far[3], within: .seconds(Int64.max)) == 2)
    }
}
