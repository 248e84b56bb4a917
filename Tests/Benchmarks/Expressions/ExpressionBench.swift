import CAllocations
import ExhaustCore
import Glibc

/// The usual conditions of rules over events of several kinds, beside the same conditions written in Swift: evaluations
/// a second of one core, and allocations. Never installed. `exhaust-bench-expressions [ROUNDS]`
@main
struct ExpressionBench {
    static func main() throws {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 500_000
        let events = try BenchEvents.all()
        let bindings = events.map { EventBindings($0) }
        print("condition: evaluations a second, share of the same in Swift, allocations an evaluation")
        for condition in BenchCondition.all {
            let expression = try Expression.parse(condition.text)
            let own = measure(rounds) { isTrue(expression, bindings[$0 % bindings.count]) }
            let swift = measure(rounds) { condition.swift(events[$0 % events.count]) }
            guard own.count == swift.count else {
                print("\(condition.text) holds \(own.count) times, in Swift \(swift.count) times")
                exit(1)
            }
            let share = swift.seconds / own.seconds
            let allocations = Double(own.allocations) / Double(rounds)
            print(
                "\(condition.text): \(Int(Double(rounds) / own.seconds)), \(rounded(share)),",
                "\(rounded(allocations))")
        }
    }

    /// An event without the field does not meet the condition, as in rules.
    private static func isTrue(_ expression: Expression, _ bindings: EventBindings) -> Bool {
        do { return try expression.isTrue(in: bindings) } catch { return false }
    }

    private static func measure(
        _ rounds: Int, _ body: (Int) -> Bool
    ) -> (seconds: Double, count: Int, allocations: UInt64) {
        for round in 0..<1000 { _ = body(round) }
        let (allocations, start) = (exhaust_allocations(), cpuSeconds())
        var count = 0
        for round in 0..<rounds where body(round) { count += 1 }
        return (cpuSeconds() - start, count, exhaust_allocations() - allocations)
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}
