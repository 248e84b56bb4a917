import ExhaustCore
import Testing

@testable import Analyzer

@Suite("When the next event is due")
struct DueTimeTests {
    private static let (least, most) = (Duration.seconds(60), Duration.seconds(86_400))

    private func due(_ time: DueTime, factor: Double = 3) -> Duration? {
        time.due(factor: factor, atLeast: Self.least, atMost: Self.most)
    }

    private func learn(_ gaps: [Double]) -> DueTime {
        var time = DueTime()
        for gap in gaps { time.note(.seconds(gap), factor: 3, atLeast: Self.least, atMost: Self.most) }
        return time
    }

    @Test("it is a factor of the gap that 99 of 100 do not exceed, up to a fifth more", arguments: 0..<200)
    func quantile(seed: Int) throws {
        var random = Randomness(seed: seed)
        let usual = random.double(25...5000)
        // No gap is so long that it is cut.
        let gaps = (0..<random.int(8...900)).map { _ in usual * random.double(0.9...2) }
        // The reference: all gaps in order.
        let sorted = gaps.filter { 3 * $0 > 60 }.sorted()
        let rank = min((99 * sorted.count + 99) / 100, sorted.count >= 20 ? sorted.count - 1 : sorted.count)
        let expected = sorted.isEmpty ? 60 : min(max(3 * sorted[rank - 1], 60), 86_400)
        let learnt = try #require(due(try reread(learn(gaps)))).inSeconds
        #expect(learnt >= expected * 0.9999 && learnt <= expected * 1.2, "seed \(seed)")
    }

    @Test("it is unknown until eight gaps were seen, and lies between its bounds")
    func bounds() {
        #expect(due(learn(Array(repeating: 30, count: 7))) == nil)
        #expect(due(learn(Array(repeating: 1, count: 8))) == .seconds(60))
        #expect(due(learn(Array(repeating: 80_000, count: 8))) == .seconds(86_400))
        #expect(due(learn(Array(repeating: 0, count: 8))) == .seconds(60))
        #expect(due(learn(Array(repeating: 40, count: 8)), factor: .infinity) == Self.most)
        #expect(due(learn(Array(repeating: 40, count: 8)), factor: .nan) == Self.most)
    }

    @Test("bursts do not drown the pauses between them")
    func bursts() throws {
        let gaps = (0..<40).flatMap { _ in [300.0] + Array(repeating: 0.01, count: 500) }
        #expect((900...1080).contains(try #require(due(learn(gaps))).inSeconds))
    }

    @Test("one outage changes nothing, and what becomes usual is learnt")
    func outage() throws {
        let usual = Array(repeating: 60.0, count: 50)
        let before = try #require(due(learn(usual)))
        #expect(due(learn(usual + [50_000] + usual)) == before)
        #expect(try #require(due(learn(usual + Array(repeating: 600, count: 20)))) >= .seconds(1800))
    }

    @Test("its memory is bounded")
    func bounded() throws {
        var random = Randomness(seed: 1)
        let time = learn(
            (0..<20_000).map { _ in random.double(0...40) * random.double(0...40) * random.double(1...60) })
        #expect("\(try ValueEncoder().encode(time))".utf8.count < 4000)
    }
}
