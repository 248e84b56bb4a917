import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Lag of telemetry, by chance")
struct LagPropertyTests {
    private struct Heard {
        let age: Double
        let handled: Double
    }

    /// Whether a host is late at `second`, by all that was ever heard of it; `nil` where the watch, which remembers in
    /// steps of seconds and of minutes, may say either. Not at all if it was not heard.
    private static func isLate(_ heard: [Heard], at second: Double) -> (isHeard: Bool, isLate: Bool?) {
        guard let last = heard.last, second - last.handled <= 15 else { return (false, nil) }
        func least(_ seconds: Double) -> Double {
            heard.filter { second - $0.handled <= seconds }.map(\.age).min() ?? last.age
        }
        // It remembers at least ten minutes, and less than twenty and what lies between two events.
        if heard.filter({ last.handled - $0.handled <= 8 }).allSatisfy({ $0.age - least(590) > 15.01 }) {
            return (true, true)
        }
        return (true, last.age - least(1250) < 14.99 ? false : nil)
    }

    @Test(
        "telemetry lags when most hosts do, whichever do, for how long, and whatever their clocks say",
        arguments: 0..<2)
    func lags(seed: Int) throws {
        var random = Randomness(seed: seed)
        var watch = LagWatch()
        let clocks = (0..<6).map { _ in random.double(-1e5...1e5) }
        var heard = [[Heard]](repeating: [], count: 6)
        var (backlog, verdicts) = ([Double](repeating: 0, count: 6), [true: 0, false: 0])
        for second in 0..<2400 {
            if second % 60 == 0 {
                let share = random.double(0...1)
                backlog = backlog.map { _ in second > 600 && random.chance(share) ? random.double(0...600) : 0 }
            }
            for host in 0..<6 where random.chance(0.4) {
                let age = clocks[host] + backlog[host] + random.double(0...2)
                heard[host].append(Heard(age: age, handled: Double(second)))
                watch.note(
                    try HostID.of("h-\(host)"), time: Bench.time(Double(second) - age), now: Bench.time(Double(second)))
            }
            let verdict = watch.lags(now: Bench.time(Double(second)))
            if second % 11 != 0 || second < 30 { continue }
            let hosts = heard.map { Self.isLate($0, at: Double(second)) }.filter(\.isHeard)
            let late = hosts.count { $0.isLate == true }
            let unsure = hosts.count { $0.isLate == nil }
            if 2 * late > hosts.count { #expect(verdict, "second \(second)") }
            if 2 * (late + unsure) <= hosts.count { #expect(!verdict, "second \(second)") }
            verdicts[verdict, default: 0] += 1
        }
        #expect(verdicts.values.allSatisfy { $0 > 10 })
    }
}
