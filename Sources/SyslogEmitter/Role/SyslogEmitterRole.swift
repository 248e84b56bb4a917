import ExhaustCore
package import ExhaustRuntime
import Synchronization

/// The emitter of syslog: every message that reaches one of its inputs becomes an `exhaust.syslog` event.
package final class SyslogEmitterRole: Role {
    package static let name = "emitter-syslog"
    package static let kind = RoleKind.emitter(.syslog)

    private let context: RoleContext
    private let configuration: Mutex<SyslogConfiguration>
    private let tls = Mutex<TLSContext?>(nil)

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
        let shares = try Listener.openAll(start)
        let listeners = shares[0]
        guard !listeners.isEmpty || !start.sources.isEmpty else {
            throw ExhaustError(
                .configuration, "there is no input",
                advice: "name one under unix:, udp:, tcp:, tls:, files:, kmsg: or journald:")
        }
        let context = context
        try useTLS(start)
        warn(of: listeners)
        for listener in listeners {
            context.logger.info("listening", metadata: ["listener.name": "\(listener.name)"])
        }
        let settings = { @Sendable in
            var settings = self.configuration.withLock { $0.loopSettings }
            settings.tls = self.tls.withLock { $0 }
            return settings
        }
        let sources = SourceInputs(configuration: start.sources, context: context, settings: settings)
        try await withThrowingDiscardingTaskGroup { group in
            try sources.start(in: &group)
            for listeners in shares where !listeners.isEmpty {
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
    }

    /// Reads the files of `tls` for connections to come.
    private func useTLS(_ configuration: SyslogConfiguration) throws {
        let new = try configuration.tls.map { try TLSContext($0) }
        tls.withLock { $0 = new }
    }

    /// Says once that the system gives UDP sockets less room than they ask for.
    private func warn(of listeners: [Listener]) {
        guard let granted = listeners.compactMap(\.grantedBuffer).min(), granted < Listener.receiveBuffer
        else { return }
        context.logger.warning(
            "UDP has less room for bursts than it asks for: raise net.core.rmem_max, or give CAP_NET_ADMIN",
            metadata: ["bytes.wanted": "\(Listener.receiveBuffer)", "bytes.granted": "\(granted)"])
    }

    package func reload(_ new: SyslogConfiguration) async throws {
        try configuration.withLock { current in
            guard new.listensLike(current) else {
                throw ExhaustError(
                    .configuration, "inputs cannot change while running", advice: "restart the emitter")
            }
            try useTLS(new)
            current = new
        }
    }
}
