package import ExhaustCore
package import ExhaustRuntime

/// Where the records go that were found.
package protocol AcctSink: Sendable {
    /// Takes the event of one record; waits while there is no room.
    func accept(_ data: ValueMap, time: Timestamp, recordedTime: Timestamp?) async throws
    /// Says that bytes of the file could not be read, at `time`.
    func lost(_ skipped: PacctSplitter.Skipped, time: Timestamp) async throws
    /// Returns when everything accepted is safe, with what names the next event.
    @discardableResult func confirm() async throws -> Numbering
    /// Names the next event as if `numbering` had come before it.
    func resume(_ numbering: Numbering)
}
