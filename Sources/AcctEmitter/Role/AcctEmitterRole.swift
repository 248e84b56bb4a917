import ExhaustCore
package import ExhaustRuntime
import Synchronization

/// The emitter of process accounting: every process that ends becomes an `exhaust.acct` event.
package final class AcctEmitterRole: Role {
    package static let name = "emitter-acct"
    package static let kind = RoleKind.emitter(.acct)
    package static let rereadsSource = true

    private let context: RoleContext
    private let settings: Mutex<PacctFollower.Settings>

    package init(configuration: AcctConfiguration, context: RoleContext) throws {
        self.context = context
        settings = Mutex(configuration.followerSettings)
    }

    package func run() async throws {
        let sink = OutboxSink(outbox: context.outbox)
        if case .pipe(let path?) = context.mode {
            return try await PacctReplay(path: path, logger: context.logger).run(into: sink, context.rejections)
        }
        let (context, settings) = (context, { @Sendable in self.settings.withLock { $0 } })
        try await withThread(named: PacctFollower.threadName) {
            var follower = PacctFollower(settings: settings, sink: sink, logger: context.logger)
            if context.once { try await follower.runOnce() } else { try await follower.run() }
        }
    }

    package func reload(_ configuration: AcctConfiguration) async throws {
        try settings.withLock { current in
            guard configuration.file == current.file else {
                throw ExhaustError(.configuration, "file cannot change while running", advice: "restart the emitter")
            }
            current = configuration.followerSettings
        }
    }
}

/// Records on their way to the broker.
struct OutboxSink: AcctSink {
    let outbox: Outbox

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

    func resume(_ numbering: Numbering) { outbox.resume(numbering.source, after: numbering.last) }
}
