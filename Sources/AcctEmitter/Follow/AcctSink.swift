package import ExhaustCore
package import ExhaustRuntime

/// Where the records go that were found.
///
/// What is not in the file (what taskstats alone told, summaries, losses noticed) goes *aside*: under names of its own,
/// so that the file's records get the same names again when they are read again.
package protocol AcctSink: Sendable {
    /// Takes the event of one record; waits while there is no room.
    func accept(_ data: ValueMap, time: Timestamp, recordedTime: Timestamp?) async throws
    /// Says that bytes of the file could not be read, at `time`.
    func lost(_ skipped: PacctSplitter.Skipped, time: Timestamp) async throws
    /// Returns when everything accepted is safe, with what names the next event.
    @discardableResult func confirm() async throws -> Numbering
    /// Takes an event that the file does not hold.
    func acceptAside(_ data: ValueMap, type: EventType, time: Timestamp) async throws
    /// Returns when all of those are safe.
    func confirmAside() async throws
    /// Names the next event as if `numbering` had come before it.
    func resume(_ numbering: Numbering)
}
