import ExhaustCore
package import ExhaustRuntime
import Synchronization

/// The emitter of process accounting: every process that ends becomes an `exhaust.acct` event.
package final class AcctEmitterRole: Role {
    package static let name = "emitter-acct"
    package static let kind = RoleKind.emitter(.acct)
    package static let rereadsSource = true
    /// The longest wait at the end for what the file does not hold.
    private static let longestGoodbye: Duration = .seconds(5)

    private let context: RoleContext
    private let sources: [AcctConfiguration.Source]
    private let form: AcctConfiguration.Form
    private let settings: Mutex<PacctFollower.Settings>

    package init(configuration: AcctConfiguration, context: RoleContext) throws {
        self.context = context
        sources = configuration.sources
        form = configuration.publish
        settings = Mutex(configuration.followerSettings)
    }

    package func run() async throws {
        let aside = try Outbox(
            source: EventSource(host: context.host, role: Self.name), host: context.host, type: .acct,
            outlet: context.outlet, counters: context.counters, logger: context.logger)
        let sink = OutboxSink(outbox: context.outbox, aside: aside)
        if case .pipe(let path?) = context.mode {
            return try await PacctReplay(path: path, logger: context.logger).run(into: sink, context.rejections)
        }
        // Of its own, since it goes on sending when this task is cancelled.
        let sending = Task { try await aside.run() }
        do {
            try await follow(into: sink)
        } catch {
            sending.cancel()
            throw error
        }
        aside.finish()
        let timer = Task {
            try await Task.sleep(for: Self.longestGoodbye)
            sending.cancel()
        }
        defer { timer.cancel() }
        do { try await sending.value } catch is CancellationError {
            context.logger.error("events given up", metadata: ["events": "\(aside.unconfirmed)"])
        }
    }

    private func follow(into sink: OutboxSink) async throws {
        let (context, settings) = (context, { @Sendable in self.settings.withLock { $0 } })
        let (sources, summary) = (sources, form == .summaries ? Summary() : nil)
        try await withThread(named: PacctFollower.threadName) {
            let tasks = context.once ? nil : try Self.taskSource(sources, context)
            if !sources.contains(.pacct), let tasks {
                var follower = TaskstatsFollower(
                    tasks: tasks, summary: summary, hasDetails: { settings().hasDetails }, sink: sink,
                    logger: context.logger)
                return try await follower.run()
            }
            var follower = PacctFollower(
                settings: settings, sink: sink, tasks: tasks, summary: summary, logger: context.logger)
            if context.once { try await follower.runOnce() } else { try await follower.run() }
        }
    }

    /// Listens to taskstats if that is wanted. Beside the file it is a bonus, without which things go on.
    private static func taskSource(
        _ sources: [AcctConfiguration.Source], _ context: RoleContext
    ) throws -> TaskSource? {
        guard sources.contains(.taskstats) else { return nil }
        do { return try TaskSource() } catch let error as ExhaustError where sources.contains(.pacct) {
            context.logger.warning("going on without taskstats", metadata: ["error.message": "\(error)"])
            return nil
        }
    }

    package func reload(_ configuration: AcctConfiguration) async throws {
        let isSame = configuration.sources == sources && configuration.publish == form
        try settings.withLock { current in
            guard isSame, configuration.file == current.file, configuration.accounting == current.mode else {
                throw ExhaustError(
                    .configuration, "file, sources, accounting and publish cannot change while running",
                    advice: "restart the emitter")
            }
            current = configuration.followerSettings
        }
    }
}
