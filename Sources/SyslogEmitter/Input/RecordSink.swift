package import ExhaustRuntime

/// Where records go; the outbox, or a test's list.
package protocol RecordSink: Sendable {
    /// Takes `record` if there is room, without waiting, and says whether it did.
    func offer(_ record: TelemetryRecord) -> Bool
    /// Takes as many of `records` as there is room for, from the first on, without waiting, and gives how many.
    func offer(_ records: [TelemetryRecord]) -> Int
    /// Takes `record`, waiting while there is no room. Throws `CancellationError` when cancelled.
    func accept(_ record: TelemetryRecord) async throws
}

extension RecordSink {
    package func offer(_ records: [TelemetryRecord]) -> Int { records.firstIndex { !offer($0) } ?? records.count }
}

extension Outbox: RecordSink {}
