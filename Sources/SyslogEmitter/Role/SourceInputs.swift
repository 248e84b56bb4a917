import ExhaustCore
import ExhaustRuntime

/// Reads the inputs that can be read again, each on a thread of its own.
struct SourceInputs: Sendable {
    let configuration: SourceConfiguration
    let context: RoleContext
    /// What may change while they run.
    let settings: @Sendable () -> ReceiveLoop.Settings

    /// Starts them in `group`.
    func start(in group: inout ThrowingDiscardingTaskGroup<any Error>) throws {
        guard !configuration.isEmpty else { return }
        try DurableFile.makeFolder(configuration.stateFolder)
        let boot = try BootClock.bootID()
        let (configuration, context, settings) = (configuration, context, settings)
        let once = context.once
        let feeds = { @Sendable in try context.feed(.syslog, $0) }
        if !configuration.files.isEmpty {
            group.addTask {
                try await withThread(named: "syslog-files") {
                    try await FileFollower(
                        rules: configuration.files, openFiles: configuration.openFiles,
                        stateFile: configuration.stateFolder + "/files.position", boot: boot,
                        settings: {
                            let now = settings()
                            return .init(records: FileRecords(maker: now.maker), messageBytes: now.messageBytes)
                        }, feeds: feeds, gaps: context.outbox, logger: context.logger
                    ).run(once: once)
                }
            }
        }
        if configuration.kernel {
            group.addTask {
                try await withThread(named: "syslog-kmsg") {
                    try await KernelFollower(
                        stateFile: configuration.stateFolder + "/kmsg.position", boot: boot,
                        messageBytes: { settings().messageBytes }, feeds: feeds, gaps: context.outbox,
                        logger: context.logger
                    ).run(once: once)
                }
            }
        }
        if let rule = configuration.journal {
            group.addTask {
                try await withThread(named: "syslog-journal") {
                    try await JournalFollower(
                        rule, stateFile: configuration.stateFolder + "/journal.position",
                        messageBytes: { settings().messageBytes }, feeds: feeds, gaps: context.outbox,
                        logger: context.logger
                    ).run(once: once)
                }
            }
        }
    }
}
