import ExhaustCore
import Testing

@testable import Analyzer

@Suite("A value that changes")
struct ChangeWatchTests {
    @Test("every change is told with the value before, and nothing else", arguments: 0..<100)
    func changes(seed: Int) throws {
        var random = Randomness(seed: seed)
        let values = (0..<50).map { _ in String(repeating: "x", count: 300 * random.int(0...1)) + "\(random.int(1...3))"
        }
        var watch = ChangeWatch()
        for (index, value) in values.enumerated() {
            let before = index == 0 || values[index - 1] == value ? nil : values[index - 1]
            let told = watch.take(value)
            #expect(told == before.map(ChangeWatch.shortened), "seed \(seed)")
            if index == 20 { watch = try reread(watch) }
        }
    }

    @Test("long values stay apart and short")
    func shortened() {
        let long = String(repeating: "ä", count: 5000)
        #expect(ChangeWatch.shortened(long).utf8.count <= 256)
        #expect(ChangeWatch.shortened(long) != ChangeWatch.shortened(long + "!"))
        #expect(ChangeWatch.shortened("short") == "short")
    }
}
