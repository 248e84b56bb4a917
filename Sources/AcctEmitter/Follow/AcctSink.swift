package import ExhaustCore

/// Where the records go that were found.
package protocol AcctSink: Sendable {
    /// Takes the event of one record; waits while there is no room.
    func accept(_ data: ValueMap, time: Timestamp, recordedTime: Timestamp?) async throws
    /// Says that bytes of the file could not be read, at `time`.
    func lost(_ skipped: PacctSplitter.Skipped, time: Timestamp) async throws
    /// Returns when everything accepted is safe.
    func confirm() async throws
}
