import ExhaustCore
import ExhaustRuntime

/// Records on their way to the broker.
struct OutboxSink: AcctSink {
    let outbox: Outbox
    /// For what the file does not hold, see `AcctSink`.
    let aside: Outbox

    func accept(_ data: ValueMap, time: Timestamp, recordedTime: Timestamp?) async throws {
        try await outbox.accept(TelemetryRecord(time: time, recordedTime: recordedTime, data: data))
    }

    func lost(_ skipped: PacctSplitter.Skipped, time: Timestamp) async throws {
        let reason = "\(skipped.count) bytes at offset \(skipped.offset) are no record: \(skipped.reason)"
        let count = max(1, skipped.count / AcctRecord.size)
        try await outbox.gap(kind: "acct.unreadable", count: count, reason: reason, since: time)
    }

    func confirm() async throws -> Numbering {
        try await outbox.drain()
        return Numbering(source: outbox.source, last: outbox.lastID)
    }

    func acceptAside(_ data: ValueMap, type: EventType, time: Timestamp) async throws {
        try await aside.accept(TelemetryRecord(type: type, time: time, recordedTime: .now(), data: data))
    }

    func confirmAside() async throws { try await aside.drain() }

    func resume(_ numbering: Numbering) { outbox.resume(numbering.source, after: numbering.last) }
}
