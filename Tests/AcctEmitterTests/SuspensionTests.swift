import ExhaustCore
import Testing

@testable import AcctEmitter

@Suite("accounting that the kernel suspends")
struct SuspensionTests {
    private func reading(free: UInt64, forks: UInt64) -> SuspensionWatch.Reading {
        SuspensionWatch.Reading(blocks: 1000, freeBlocks: free, forks: forks)
    }

    private func at(_ second: Int64) -> Timestamp { Timestamp(seconds: second) }

    @Test("what was started and not told of while space was short is a gap, in parts and until the kernel looks again")
    func gaps() {
        var watch = SuspensionWatch()
        #expect(watch.check(reading(free: 500, forks: 100), processes: 90, now: at(0)) == nil)
        #expect(watch.check(reading(free: 20, forks: 200), processes: 190, now: at(1)) == nil)
        #expect(watch.check(reading(free: 10, forks: 210), processes: 190, now: at(20)) == nil)
        let part = watch.check(reading(free: 10, forks: 240), processes: 200, now: at(31))
        #expect(part?.count == 30 && part?.since == at(1) && part?.kind == "acct.suspended")
        // Enough to stay suspended, then to go on.
        #expect(watch.check(reading(free: 39, forks: 245), processes: 200, now: at(40)) == nil)
        #expect(watch.check(reading(free: 40, forks: 250), processes: 200, now: at(50)) == nil)
        #expect(watch.check(reading(free: 40, forks: 260), processes: 210, now: at(71))?.count == 10)
        #expect(watch.check(reading(free: 500, forks: 900), processes: 210, now: at(200)) == nil)
    }

    @Test("shortage in which all was told is none")
    func noLoss() {
        var watch = SuspensionWatch()
        #expect(watch.check(reading(free: 10, forks: 100), processes: 0, now: at(0)) == nil)
        #expect(watch.check(reading(free: 900, forks: 150), processes: 50, now: at(60)) == nil)
    }

    @Test("the kernel's limits and its count of forks are read; garbage is passed over")
    func parses() {
        var found = reading(free: 1, forks: 1)
        found.take(limits: Array("5\t3\t10\n".utf8))
        #expect((found.resumePercent, found.suspendPercent, found.lookSeconds) == (5, 3, 10))
        found.take(limits: Array("101 -1 x".utf8))
        #expect((found.resumePercent, found.suspendPercent, found.lookSeconds) == (5, 3, 10))
        #expect(SuspensionWatch.Reading.forks(in: Array("cpu 1\nprocesses 4711\nprocs 2\n".utf8)) == 4711)
        #expect(SuspensionWatch.Reading.forks(in: Array("cpu".utf8)) == nil)
        #expect(SuspensionWatch.Reading.now(beside: "/")?.forks ?? 0 > 0)
    }
}
