import ExhaustCore
package import ExhaustRuntime
import Synchronization

/// The emitter of syslog: every message that reaches one of its sockets becomes an `exhaust.syslog` event.
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
        guard !listeners.isEmpty else {
            throw ExhaustError(
                .configuration, "nothing to listen on", advice: "name an input under unix:, udp: or tcp:")
        }
        let context = context
        for listener in listeners {
            context.logger.info("listening", metadata: ["listener.name": "\(listener.name)"])
        }
        let settings = { @Sendable in self.configuration.withLock { $0.loopSettings } }
        try await withThread(named: "syslog-receive") {
            ReceiveLoop(
                listeners: listeners, settings: settings, sink: context.outbox, logger: context.logger,
                counters: context.counters
            ).run { Task.isCancelled || context.once }
        }
    }

    package func reload(_ new: SyslogConfiguration) async throws {
        try configuration.withLock { current in
            guard new.listensLike(current) else {
                throw ExhaustError(
                    .configuration, "unix, udp and tcp cannot change while running", advice: "restart the emitter")
            }
            current = new
        }
    }
}
