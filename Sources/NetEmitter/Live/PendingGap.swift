import ExhaustCore
import ExhaustRuntime

/// Counts what was lost in one way, until its gap is published.
struct PendingGap {
    let kind: String
    let reason: String
    private var lost: (count: Int, since: Timestamp)?

    init(kind: String, reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// Notes `count` losses, the first of them after `since`.
    mutating func add(_ count: Int, since: Timestamp) {
        guard count > 0 else { return }
        lost = ((lost?.count ?? 0) + count, lost?.since ?? since)
    }

    /// Publishes what was noted if there is room for it.
    mutating func publish(at now: Timestamp, to offer: (TelemetryRecord) -> Bool) {
        guard let lost else { return }
        let data: ValueMap = [
            "kind": .string(kind), "count": .int(Int64(lost.count)), "reason": .string(reason),
            "since": .string(lost.since.description),
        ]
        if offer(TelemetryRecord(type: .gap, time: now, data: data)) { self.lost = nil }
    }
}
