import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Values that were seen")
struct SeenSetTests {
    @Test("up to the cap a value is new exactly once, in whatever order values come", arguments: 0..<100)
    func exact(seed: Int) throws {
        var random = Randomness(seed: seed)
        let cap = random.int(1...60)
        var (set, reference) = (SeenSet(), Set<String>())
        for index in 0..<200 {
            let value = "v\(random.int(1...cap))"
            let isNew = set.take(value, at: Bench.time(random.double(0...100)), learn: nil, cap: cap)
            #expect(isNew == reference.insert(value).inserted, "seed \(seed)")
            if index % 50 == 0 { set = try reread(set) }
        }
    }

    @Test("beyond it no value is called new twice, and few that are new are missed", arguments: [10, 100, 1000])
    func sketched(cap: Int) throws {
        var set = SeenSet()
        var missed = 0
        for number in 0..<9 * cap {
            let value = "/usr/bin/tool-\(number)"
            if !set.take(value, at: Bench.time(0), learn: nil, cap: cap) { missed += 1 }
            let isNewAgain = set.take(value, at: Bench.time(1), learn: nil, cap: cap)
            #expect(!isNewAgain)
        }
        set = try reread(set)
        for number in 0..<9 * cap {
            let isNew = set.take("/usr/bin/tool-\(number)", at: Bench.time(2), learn: nil, cap: cap)
            #expect(!isNew)
        }
        #expect(missed <= max(1, 9 * cap / 200), "\(missed) of \(9 * cap)")
    }

    @Test("a full sketch misses 1 of 100 at most, and ever more beyond what it is made for")
    func misses() {
        var set = SeenSet()
        var number = 0
        func share(_ count: Int) -> Double {
            let missed = (0..<count).count { _ in
                number += 1
                return !set.take("\(number)", at: Bench.time(0), learn: nil, cap: 250)
            }
            return Double(missed) / Double(count)
        }
        _ = share(2000)
        #expect(share(250) < 0.02)
        _ = share(2250)
        #expect((0.01...0.2).contains(share(500)))
    }

    @Test("what comes while it learns is known")
    func learning() {
        var set = SeenSet()
        func take(_ value: String, _ second: Double) -> Bool {
            set.take(value, at: Bench.time(second), learn: .seconds(60), cap: 10)
        }
        #expect(!take("a", 0) && !take("b", 59.9) && take("c", 60) && !take("c", 61) && !take("a", 62))
    }
}
