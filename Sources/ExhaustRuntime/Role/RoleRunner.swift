import ExhaustBroker
import ExhaustCore
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs a role from its options to its exit: configuration, logging, connections, signals, heartbeats, drain.
package struct RoleRunner<RoleType: Role>: Sendable {
    private let options: RoleOptions
    private let overrides: [FlagOverride]

    package init(options: RoleOptions, overrides: [FlagOverride]) {
        self.options = options
        self.overrides = overrides
    }

    /// Runs until the input ends or a signal asks for the end. Throws what the program shall report.
    package func run() async throws {
        let settings = try loadSettings()
        if options.check {
            print("exhaust-\(RoleType.name): configuration ok")
            return
        }
        // Caught, not ignored: programs that the agent starts would inherit that it is ignored.
        signal(SIGPIPE) { _ in }
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let logger = try makeLogger(level: settings.logLevel)
        let connections = try RoleConnections(RoleType.self, options: options, settings: settings, logger: logger)
        let role = try RoleType(configuration: settings.role, context: connections.context)
        try await group(role, connections, settings, hangups, logger).run()
        logger.info("role stopped")
        if connections.context.rejections.count > 0 {
            throw ExhaustError(.invalidData, "\(connections.context.rejections.count) pieces of the input were refused")
        }
    }

    private func loadSettings() throws(ExhaustError) -> RoleSettings<RoleType.Configuration> {
        let source = try options.source(environment: Machine.environment, overrides: overrides)
        var settings = try source.decode(RoleSettings<RoleType.Configuration>.self)
        settings.broker?.password = Machine.environment[Machine.passwordVariable]
        let isRecorded = if let input = options.from { try RecorderInput.span(input) != nil } else { false }
        if let broker = settings.broker, isRecorded || options.from == nil && options.to == nil {
            do {
                try broker.validate()
                if options.check { _ = try broker.credential() }
            } catch let error as ExhaustError {
                throw source.error(at: ["broker"], error.description)
            } catch {
                throw source.error(at: ["broker"], "\(error)")
            }
        }
        guard Logger.Level(rawValue: settings.logLevel) != nil else {
            throw source.error(at: ["log_level"], "'\(settings.logLevel)' is no log level")
        }
        guard settings.spool == nil || RoleType.spools else {
            throw source.error(at: ["spool"], "\(RoleType.name) has none: it can read its source again")
        }
        if options.check, RoleType.spools, let folder = (settings.spool ?? .init()).folder(of: RoleType.name),
            let obstacle = SpoolFiles.obstacle(to: folder)
        {
            throw source.error(at: ["spool", "directory"], obstacle)
        }
        do {
            try settings.role.validate()
        } catch let error as ExhaustError {
            throw error
        } catch let error as ValueCodingError {
            throw source.error(at: error.path, error.message)
        } catch {
            throw ExhaustError(.configuration, "\(error)")
        }
        return settings
    }

    private func makeLogger(level: String) throws(ExhaustError) -> Logger {
        let level = Logger.Level(rawValue: level) ?? .info
        return Logger(label: RoleType.name) { label in StandardErrorHandler(role: label, level: level) }
    }

    /// Services stop in reverse order: first the role, then what it sends through.
    private func group(
        _ role: RoleType, _ connections: RoleConnections, _ settings: RoleSettings<RoleType.Configuration>,
        _ hangups: UnixSignalsSequence, _ logger: Logger
    ) -> ServiceGroup {
        var services: [any Service] = [OutletService(outlet: connections.context.outlet)]
        if RoleType.kind.isEmitter {
            services.append(OutboxService(outbox: connections.context.outbox, logger: logger))
        }
        if connections.isLive {
            services.append(
                Heartbeat(
                    role: RoleType.name, interval: settings.statusInterval, context: connections.context,
                    certificateFile: settings.broker?.certificateFile))
        }
        services.append(
            ReloadService(
                signals: hangups, logger: logger, reload: { try await role.reload(try loadSettings().role) },
                refuse: { await role.keepConfiguration(because: $0) }))
        // At lower levels the group prints its services whole, and with them the configuration.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .info)
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quiet)
        configuration.services.append(
            .init(
                service: RoleService(
                    role: role, host: settings.host, logger: logger, needsThread: options.from != nil),
                successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup))
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        return ServiceGroup(configuration: configuration)
    }
}
