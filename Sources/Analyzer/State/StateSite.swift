import ExhaustCore
import ExhaustRuntime
import Logging

/// Where an analyzer's state is kept for.
struct StateSite: Sendable {
    let host: HostID
    /// The number of partitions at the broker.
    let partitions: Int
    let logger: Logger
    let counters: Counters
    /// This machine's clock.
    var now: @Sendable () -> Timestamp = { .now() }
}
