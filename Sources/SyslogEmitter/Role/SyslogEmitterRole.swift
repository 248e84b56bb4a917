import ExhaustCore
package import ExhaustRuntime
import Synchronization

/// The emitter of syslog: every message that reaches one of its inputs becomes an `exhaust.syslog` event.
package final class SyslogEmitterRole: Role {
    package static let name = "emitter-syslog"
    package static let kind = RoleKind.emitter(.syslog)

    private let context: RoleContext
    private let configuration: Mutex<SyslogConfiguration>

    package init(configuration: SyslogConfiguration, context: RoleContext) throws {
        self.context = context
        self.configuration = Mutex(configuration)
    }

    package func run() async throws {
        let start = configuration.withLock { $0 }
        if case .pipe(let path?) = context.mode {
            // What a replay says of time depends on the input alone, so senders' clocks are always believed.
            let maker = start.maker(aheadLimit: nil)
            return try await FileInput(path: path, maker: maker, messageBytes: start.messageBytes)
                .run(into: context.outbox)
        }
        let listeners = try Listener.open(start)
        guard !listeners.isEmpty || !start.sources.isEmpty else {
            throw ExhaustError(
                .configuration, "there is no input",
                advice: "name one under unix:, udp:, tcp:, files:, kmsg: or journald:")
        }
        let context = context
        for listener in listeners {
            context.logger.info("listening", metadata: ["listener.name": "\(listener.name)"])
        }
        let settings = { @Sendable in self.configuration.withLock { $0.loopSettings } }
        let sources = SourceInputs(configuration: start.sources, context: context, settings: settings)
        try await withThrowingDiscardingTaskGroup { group in
            try sources.start(in: &group)
            guard !listeners.isEmpty else { return }
            group.addTask {
                try await withThread(named: "syslog-receive") {
                    ReceiveLoop(
                        listeners: listeners, settings: settings, sink: context.outbox, logger: context.logger,
                        counters: context.counters
                    ).run { Task.isCancelled || context.once }
                }
            }
        }
    }

    package func reload(_ new: SyslogConfiguration) async throws {
        try configuration.withLock { current in
            guard new.listensLike(current) else {
                throw ExhaustError(
                    .configuration, "inputs cannot change while running", advice: "restart the emitter")
            }
            current = new
        }
    }
}
