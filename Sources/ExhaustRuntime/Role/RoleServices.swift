import ExhaustCore
import Logging
import ServiceLifecycle
import UnixSignals

/// The role itself: a graceful shutdown cancels it.
struct RoleService<RoleType: Role>: Service {
    let role: RoleType
    let host: HostID
    let logger: Logger
    /// In pipe mode reading blocks, so the role gets a thread.
    let needsThread: Bool

    func run() async throws {
        // Said here, where the group has its signals trapped already.
        logger.info("role started", metadata: ["role.version": "\(Version.text)", "host.id": "\(host)"])
        do {
            try await cancelWhenGracefulShutdown {
                if needsThread {
                    try await withThread(named: RoleType.name) { try await role.run() }
                } else {
                    try await role.run()
                }
            }
        } catch is CancellationError {}  // that is how a graceful shutdown ends it
    }
}

/// Sends an emitter's batches; a graceful shutdown lets it finish what was taken, if the broker takes it in time.
struct OutboxService: Service {
    let outbox: Outbox
    let logger: Logger
    /// What is in the spool can wait for the next start.
    private var drainLimit: Duration { outbox.hasSpool ? .seconds(2) : .seconds(10) }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Given up after a while: then what is unconfirmed stays in the spool.
                do { try await outbox.run() } catch is CancellationError {}
            }
            group.addTask {
                try await gracefulShutdown()
                outbox.finish()
                try await Task.sleep(for: drainLimit)
            }
            try await group.next()
            group.cancelAll()
        }
        let (left, isSafe) = (outbox.unconfirmed, outbox.acceptedID == outbox.lastID)
        if isSafe {
            guard outbox.hasUnsent else { return }
            logger.notice("unconfirmed events stay in the spool")
        } else {
            logger.error("outbox given up with unconfirmed events", metadata: ["events": "\(left)"])
        }
    }
}

/// Holds the outlet open until everyone who sends through it has ended.
struct OutletService: Service {
    let outlet: any EventOutlet

    func run() async throws {
        try? await gracefulShutdown()  // throws only on cancellation, when closing is as due
        await outlet.close()
    }
}

/// Reads the configuration anew at SIGHUP.
struct ReloadService: Service {
    /// Made before the role says that it has started, so that no signal ends it.
    let signals: UnixSignalsSequence
    let logger: Logger
    let reload: @Sendable () async throws -> Void
    let refuse: @Sendable (any Error) async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in signals {
                do {
                    try await reload()
                    logger.notice("configuration reloaded")
                } catch {
                    logger.error(
                        "configuration not reloaded; the old one stays", metadata: ["error.message": "\(error)"])
                    await refuse(error)
                }
            }
        }
    }
}
