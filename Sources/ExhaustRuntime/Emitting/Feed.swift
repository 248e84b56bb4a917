package import ExhaustCore

/// The way out for a source that can be read again: an outbox of its own, so that the names of its events depend on the
/// source alone, and what is read again after a crash has its old names. It needs no spool.
///
/// It sends until it is told to end, also when the task that made it is cancelled: what was taken shall be confirmed.
package final class Feed: Sendable {
    private let outbox: Outbox
    private let sending: Task<Void, any Error>

    /// What is read can wait in its source, so that little has to be held in memory.
    private static let limits = {
        var limits = Outbox.Limits()
        limits.pendingBytes = 512 << 10
        return limits
    }()

    /// Goes on with the names of an earlier process, or begins with new ones.
    package init(
        _ numbering: Numbering?, host: HostID, role: String, type: EventType, outlet: any EventOutlet,
        counters: Counters
    ) throws {
        let outbox = try Outbox(
            source: EventSource(host: host, role: role), host: host, type: type, outlet: outlet, counters: counters,
            limits: Self.limits)
        // The broker takes nothing in the name of another host.
        if let numbering, EventSource(numbering.source)?.host == host {
            outbox.resume(numbering.source, after: numbering.last)
        }
        self.outbox = outbox
        sending = Task { try await outbox.run() }
    }

    /// Takes `record`, waiting while there is no room. Throws `CancellationError` if cancelled while it waits.
    package func accept(_ record: TelemetryRecord) async throws { try await outbox.accept(record) }

    /// What names the last event that was taken.
    package var taken: Numbering { Numbering(source: outbox.source, last: outbox.lastID) }
    /// The number of the last event up to which all are confirmed.
    package var confirmed: UInt64 { outbox.acceptedID }

    /// Whether all that was taken is confirmed.
    package var isEmpty: Bool { outbox.unconfirmed == 0 }

    /// Takes nothing more; ends by itself once all is confirmed.
    package func finish() { outbox.finish() }

    /// Ends when all is confirmed, or after `limit`.
    package func end(within limit: Duration) async {
        outbox.finish()
        let sending = sending
        let timer = Task {
            try await Task.sleep(for: limit)
            sending.cancel()
        }
        defer { timer.cancel() }
        _ = await sending.result  // `confirmed` says what came of it
    }
}

extension RoleContext {
    /// A way out for a source that can be read again, with the names of an earlier process or new ones.
    package func feed(_ type: EventType, _ numbering: Numbering?) throws -> Feed {
        try Feed(numbering, host: host, role: source.role, type: type, outlet: outlet, counters: counters)
    }
}
