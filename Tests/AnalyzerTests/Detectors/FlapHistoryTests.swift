import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Flapping")
struct FlapHistoryTests {
    /// Nagios' method to the letter: a list of all checks.
    private struct Reference {
        var checks = [Bool](repeating: false, count: 21)
        var isFlapping = false

        mutating func check(_ isOpen: Bool) {
            checks = checks.dropFirst() + [isOpen]
            var changes = 0.0
            for pair in 1...20 where checks[pair] != checks[pair - 1] {
                changes += 0.8 + Double(pair - 1) * (1.2 - 0.8) / 19
            }
            let percent = (changes * 100 / 20 * 1e6).rounded() / 1e6
            if percent >= 20 { isFlapping = true }
            if percent <= 5 { isFlapping = false }
        }
    }

    @Test("it is found as Nagios finds it, with a check a minute and one at each change", arguments: 0..<300)
    func reference(seed: Int) throws {
        var random = Randomness(seed: seed)
        let (restless, pause) = (random.double(0...1), random.int(1...300))
        var (history, reference) = (FlapHistory(), Reference())
        var (second, isOpen, checked) = (0, false, 0)
        history.note(isOpen: false, at: Bench.time(0))
        for index in 0..<100 {
            second += random.int(0...pause)
            while second - checked >= 60 {
                reference.check(isOpen)
                checked += 60
            }
            if random.chance(restless) {
                isOpen.toggle()
                reference.check(isOpen)
                checked = second
            }
            history.note(isOpen: isOpen, at: Bench.time(Double(second)))
            #expect(history.isFlapping == reference.isFlapping, "seed \(seed), note \(index)")
            if index % 40 == 0 { history = try reread(history) }
        }
    }

    @Test("four changes in a row begin it, and a quiet while ends it; a storm of events makes no difference")
    func example() {
        var history = FlapHistory()
        for (second, isOpen) in [(0.0, false), (1, true), (2, false), (3, true)] {
            history.note(isOpen: isOpen, at: Bench.time(second))
        }
        #expect(!history.isFlapping)
        for part in 0..<1000 { history.note(isOpen: true, at: Bench.time(3 + Double(part) / 1000)) }
        history.note(isOpen: false, at: Bench.time(5))
        #expect(history.isFlapping)
        history.note(isOpen: false, at: Bench.time(10 * 60))
        #expect(history.isFlapping)
        history.note(isOpen: false, at: Bench.time(1e9))
        #expect(!history.isFlapping)
    }
}
