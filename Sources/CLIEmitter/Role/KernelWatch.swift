import ExhaustCore
import ExhaustRuntime
import Glibc
import Logging

/// Feeds the kernel's events to the desk, each source on a thread of its own.
struct KernelWatch {
    let desk: JoinDesk
    let logger: Logger

    /// Reads the proc connector until stopped.
    func runConnector(_ connector: consuming ProcessConnector, isStopped: () -> Bool) {
        // A process may be gone in less than a millisecond: reading it must not wait for its turn.
        Self.hurry()
        var connector = connector
        defer { connector.close() }
        desk.note(connector.running(at: .now()))
        var needsReconciling = false
        while !isStopped() {
            let (events, lost) = connector.receive()
            desk.note(events)
            if lost > 0 {
                desk.lost("cli.kernel_lost", lost, "the kernel dropped events of processes: its buffer was full")
                logger.warning("events of processes were lost", metadata: ["events.count": "\(lost)"])
                needsReconciling = true
            }
            if events.isEmpty, needsReconciling {
                desk.reconcile(alive: connector.alive())
                needsReconciling = false
            }
        }
    }

    /// Lets the calling thread go before others. Without the right to it the emitter sees less of what is over quickly.
    static func hurry() { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -15) }

    /// Reads audit's records until stopped.
    func runAudit(_ source: consuming AuditSource, isStopped: () -> Bool) {
        var source = source
        while !isStopped() {
            let (events, lost) = source.receive()
            desk.note(events)
            // Audit's numbers are those of all its events, sent or not, so they do not tell how many are missing.
            if lost { desk.lost("cli.audit_lost", 1, "the kernel dropped audit records, at least this many") }
        }
        do {
            try source.close()
        } catch {
            logger.error("audit is not as it was before", metadata: ["error.message": "\(error)"])
        }
    }
}
