import ExhaustBroker
import ExhaustCore
import Testing

@Suite("Backoff")
struct BackoffTests {
    @Test("waits lie between zero and a bound that doubles up to the longest")
    func grows() {
        var backoff = Backoff()
        var generator = SeededGenerator(seed: 7)
        var bounds: [Int64] = []
        for _ in 0..<12 {
            let bound = backoff.ceiling
            bounds.append(bound.inMilliseconds)
            let wait = backoff.next(using: &generator)
            #expect(wait >= .zero && wait <= bound)
        }
        #expect(bounds == [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000, 10_000])
        backoff.reset()
        #expect(backoff.ceiling == .milliseconds(100))
    }

    @Test("full jitter spreads evenly: 10,000 first waits average half the bound")
    func spreads() {
        var generator = SeededGenerator(seed: 8)
        var sum = 0.0
        for _ in 0..<10_000 {
            var backoff = Backoff()
            sum += backoff.next(using: &generator).inSeconds
        }
        #expect(abs(sum / 10_000 - 0.05) < 0.001)
    }

    @Test("attempts without end do not overflow")
    func endures() {
        var backoff = Backoff()
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<100_000 { #expect(backoff.next(using: &generator) <= .seconds(10)) }
    }
}
