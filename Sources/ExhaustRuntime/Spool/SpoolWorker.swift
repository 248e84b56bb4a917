import ExhaustCore
import Logging
import Synchronization

/// Keeps a spool for an outbox, on a thread of its own: writes what is not confirmed in time, reads back what is on
/// disk alone, deletes what is confirmed, and makes room when the disk is full.
///
/// A disk that fails does not stop the outbox: it goes on in memory, says so, and tries again.
final class SpoolWorker: Sendable {
    private let folder: String
    private let configuration: SpoolConfiguration
    private let counters: Counters
    private let logger: Logger
    private let wakeup: Wakeup
    private let isStopped = Atomic(false)
    private let sleepsLong = Atomic(false)

    init(folder: String, configuration: SpoolConfiguration, counters: Counters, _ logger: Logger) throws {
        self.folder = folder
        self.configuration = configuration
        self.counters = counters
        var logger = logger
        logger[metadataKey: "spool.directory"] = "\(folder)"
        self.logger = logger
        wakeup = try Wakeup()
    }

    /// There is something to do at once.
    func wake() { wakeup.signal() }

    /// There is something that will have to be done in time.
    func wakeIfAsleep() {
        // Sequentially consistent, as the thread's store is before it looks at the outbox once more.
        if sleepsLong.load(ordering: .sequentiallyConsistent) { wakeup.signal() }
    }

    /// Ends `run`, after it has put on disk what is unconfirmed.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        wakeup.signal()
    }

    /// Works until stopped or cancelled.
    func run(_ outbox: Outbox) async throws {
        try await withThread(named: "spool") { [self] in
            try await withTaskCancellationHandler {
                try work(outbox)
            } onCancel: {
                stop()
            }
        }
    }

    private func work(_ outbox: Outbox) throws {
        var desk = SpoolDesk(configuration: configuration, counters: counters, logger: logger)
        while true {
            let isLast = isStopped.load(ordering: .sequentiallyConsistent)
            if desk.mustOpen { try desk.open(folder, outbox) }
            desk.turn(outbox, isLast: isLast)
            if isLast { return }
            let due = desk.due(outbox)
            sleepsLong.store(due == nil, ordering: .sequentiallyConsistent)
            // Looked at once more: a record may have come before this thread said that it sleeps.
            let wait = due == nil ? desk.due(outbox) : due
            wakeup.wait(timeout: wait.map { max(.zero, $0 - .now) } ?? .seconds(60))
            sleepsLong.store(false, ordering: .sequentiallyConsistent)
        }
    }
}
