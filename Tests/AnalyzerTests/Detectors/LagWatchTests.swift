import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Lag of telemetry")
struct LagWatchTests {
    /// Hosts that tell something every second.
    private final class Fleet {
        var watch = LagWatch()

        /// What is found while `hosts` tell from `from` to `to`, handled `lag` later; each has a clock of its own.
        func verdicts(
            _ hosts: Int, _ from: Int, _ to: Int, lag: Int = 0, clock: (Int) -> Double = { _ in 0 }
        ) throws -> Set<Bool> {
            var verdicts: Set<Bool> = []
            for second in from..<to {
                for host in 0..<hosts {
                    let time = Bench.time(Double(second - lag) + clock(host))
                    watch.note(try HostID.of("h-\(host)"), time: time, now: Bench.time(Double(second)))
                }
                verdicts.insert(lags(second))
            }
            return verdicts
        }

        func lags(_ second: Int) -> Bool { watch.lags(now: Bench.time(Double(second))) }
    }

    @Test("clocks that are wrong make no lag, whichever way", arguments: 0..<20)
    func clocks(seed: Int) throws {
        var random = Randomness(seed: seed)
        let errors = (0..<20).map { _ in random.chance(0.5) ? 0 : random.double(-1e6...1e6) }
        let fleet = Fleet()
        #expect(try fleet.verdicts(20, 0, 100) { errors[$0] } == [false])
        #expect(try fleet.verdicts(20, 100, 130, lag: 60) { errors[$0] }.contains(true))
        fleet.watch = try reread(fleet.watch)
        #expect(fleet.lags(130))
        #expect(try fleet.verdicts(20, 140, 200) { errors[$0] } == [false])
    }

    @Test("what holds back most hosts is lag, what holds back few is not")
    func majority() throws {
        let fleet = Fleet()
        #expect(try fleet.verdicts(10, 0, 100) == [false])
        // Four hosts send what they spooled.
        #expect(try fleet.verdicts(10, 100, 200) { $0 < 4 ? -3600 : 0 } == [false])
        #expect(try fleet.verdicts(10, 200, 220) { $0 < 6 ? -3600 : 0 }.contains(true))
    }

    @Test("when all of several hosts are silent at once, telemetry lags; the silence of a single one is its own")
    func silence() throws {
        let (several, single) = (Fleet(), Fleet())
        _ = try several.verdicts(5, 0, 10)
        _ = try single.verdicts(1, 0, 10)
        #expect(!several.lags(20))
        for second in [30, 800, 8000] {
            #expect(several.lags(second) && !single.lags(second))
        }
        // The backlog comes, and then the present.
        #expect(try several.verdicts(5, 8000, 8010, lag: 7000) == [true])
        #expect(try !several.verdicts(5, 8015, 8030).contains(true))
    }

    @Test("a host that left is forgotten, and a fleet of any size costs no more than a thousand hosts")
    func forgets() throws {
        let fleet = Fleet()
        _ = try fleet.verdicts(2, 0, 10)
        _ = try fleet.verdicts(1, 10, 800)
        #expect(!fleet.lags(1000))
        _ = try fleet.verdicts(3000, 1000, 1002)
        #expect(try #require(try ValueEncoder().encode(fleet.watch)["hosts"]?.map).count == 1000)
    }

    @Test("times beyond all reason do no harm")
    func hostile() throws {
        var watch = LagWatch()
        for seconds in [Int64.min, .max, 0, .max, .min] {
            for now in [0, Int64.max, .min] {
                watch.note(try HostID.of("h"), time: Timestamp(seconds: seconds), now: Timestamp(seconds: now))
                _ = watch.lags(now: Timestamp(seconds: now))
            }
        }
    }
}
