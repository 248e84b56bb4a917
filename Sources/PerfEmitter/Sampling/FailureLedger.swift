package import ExhaustCore

/// Keeps failing collectors from flooding logs and queues: a failure is told once, then counted.
package struct FailureLedger: Sendable {
    /// What is to be told.
    package enum Report: Sendable, Hashable {
        /// A collector failed that had worked so far.
        case failure(collector: String, reason: String)
        /// So many samples lack what the collector measures, since then.
        case gap(collector: String, count: Int, reason: String, since: Timestamp)
        /// It works again.
        case recovery(collector: String)
    }

    private struct Failure: Sendable {
        var reason: String
        var since: Timestamp
        var count: Int
    }

    /// How often a failure that lasts is published again, with what it cost meanwhile.
    package static let reminder: Duration = .seconds(3600)
    private var failures: [String: Failure] = [:]

    package init() {}

    /// Notes a failed sample; what it returns is due now.
    package mutating func failed(_ collector: String, _ reason: String, at time: Timestamp) -> [Report] {
        guard var failure = failures[collector] else {
            failures[collector] = Failure(reason: reason, since: time, count: 0)
            return [
                .failure(collector: collector, reason: reason),
                .gap(collector: collector, count: 1, reason: reason, since: time),
            ]
        }
        if failure.count == 0 { failure.since = time }
        failure.count += 1
        failure.reason = reason
        defer { failures[collector] = failure }
        guard time - failure.since >= Self.reminder else { return [] }
        defer { failure.count = 0 }
        return [.gap(collector: collector, count: failure.count, reason: reason, since: failure.since)]
    }

    /// Notes a good sample; what it returns is due now.
    package mutating func worked(_ collector: String) -> [Report] {
        guard let failure = failures.removeValue(forKey: collector) else { return [] }
        let recovery = Report.recovery(collector: collector)
        guard failure.count > 0 else { return [recovery] }
        let (count, reason, since) = (failure.count, failure.reason, failure.since)
        return [.gap(collector: collector, count: count, reason: reason, since: since), recovery]
    }
}
