import ExhaustBroker
import ExhaustCore
import Glibc
import Logging

/// A role's connections to the world, by its options: the broker, or files in pipe mode.
struct RoleConnections: Sendable {
    let context: RoleContext
    var isLive: Bool { context.mode == .live }

    init<RoleType: Role>(
        _ type: RoleType.Type, options: RoleOptions, settings: RoleSettings<RoleType.Configuration>, logger: Logger
    ) throws {
        let mode = try Self.mode(type, options)
        let rejections = Rejections()
        let counters = Counters()
        let outlet: any EventOutlet
        let inlets: any InletMaker
        var live: BrokerConnections?
        // The same input shall give the same output, so a replay has no birth of its own.
        let incarnation = if case .pipe(.some) = mode { "pipe" } else { ULID().description }
        let source = EventSource(host: settings.host, role: RoleType.name, incarnation: incarnation)
        switch mode {
        case .pipe(let from):
            outlet = try JSONLinesOutlet(path: options.to ?? "-")
            inlets = PipeInlets(
                path: from ?? "-", broker: settings.broker, rejections: rejections, logger: logger)
        case .live:
            guard let broker = settings.broker else {
                throw ExhaustError(
                    .configuration, "no broker is configured", at: options.config,
                    advice: "set broker.url, or use --from and --to")
            }
            // An emitter's outbox has waited for its own confirms before.
            let closeLimit = Duration.seconds(RoleType.kind.isEmitter ? 2 : 10)
            let connections = try BrokerConnections(
                source: source, broker: broker, statusInterval: settings.statusInterval, closeLimit: closeLimit,
                counters: counters, logger: logger)
            outlet = connections.publisher
            inlets = connections
            live = connections
        }
        let spool = settings.spool ?? SpoolConfiguration()
        let folder = mode == .live && RoleType.spools ? spool.folder(of: RoleType.name) : nil
        context = RoleContext(
            host: settings.host, source: source, logger: logger, mode: mode, once: options.once,
            isOnTerminal: mode != .live && options.to ?? "-" == "-" && isatty(STDOUT_FILENO) == 1, outlet: outlet,
            outbox: try Outbox(
                source: source, host: settings.host, type: RoleType.kind.telemetryType, outlet: outlet,
                counters: counters, spool: spool, folder: folder, logger: logger),
            counters: counters, rejections: rejections, inlets: inlets,
            brokerPlace: live.flatMap { _ in settings.broker.map { ($0.address.host, $0.address.port) } },
            partitions: settings.broker?.partitions ?? 16, share: live?.share ?? PartitionShare([]),
            journal: live?.journal)
    }

    private static func mode<RoleType: Role>(
        _ type: RoleType.Type, _ options: RoleOptions
    ) throws(ExhaustError) -> RoleContext.Mode {
        if options.from == nil && options.to == nil { return .live }
        if options.from == nil && RoleType.kind == .consumer {
            throw ExhaustError(
                .usage, "--to without --from: \(RoleType.name) needs an input in pipe mode", advice: "add --from -")
        }
        if let from = options.from, let to = options.to, FileContent.isSameFile(from, to) {
            throw ExhaustError(.usage, "--from and --to are the same file, which would be emptied", at: from)
        }
        return .pipe(from: options.from)
    }
}
