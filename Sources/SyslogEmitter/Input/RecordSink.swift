package import ExhaustRuntime

/// Where records go; the outbox, or a test's list.
package protocol RecordSink: Sendable {
    /// Takes `record` if there is room, without waiting, and says whether it did.
    func offer(_ record: TelemetryRecord) -> Bool
    /// Takes `record`, waiting while there is no room. Throws `CancellationError` when cancelled.
    func accept(_ record: TelemetryRecord) async throws
}

extension Outbox: RecordSink {}
