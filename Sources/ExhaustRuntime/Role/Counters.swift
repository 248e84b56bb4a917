import Synchronization

/// What a role counts, by name; heartbeats carry it.
package final class Counters: Sendable {
    private let values = Mutex<[String: Int64]>([:])

    package init() {}

    /// Adds `amount` to the counter `name`.
    package func add(_ name: String, _ amount: Int = 1) {
        values.withLock { $0[name, default: 0] += Int64(amount) }
    }

    /// Sets the gauge `name`, which is told like a counter.
    package func set(_ name: String, _ value: Int) { values.withLock { $0[name] = Int64(value) } }

    /// All counters now.
    package var snapshot: [String: Int64] { values.withLock { $0 } }
}

/// Counts input that was refused.
package final class Rejections: Sendable {
    private let total = Atomic<Int>(0)

    package init() {}

    /// Notes one refused piece of input.
    package func add() { total.add(1, ordering: .relaxed) }

    /// How many pieces were refused.
    package var count: Int { total.load(ordering: .relaxed) }
}
