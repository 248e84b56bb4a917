import ExhaustCore
package import ExhaustRuntime
import Glibc
import Synchronization

/// The emitter of commands: what shells tell and what the kernel runs, one `exhaust.cli` event a command.
package final class CLIEmitterRole: Role {
    package static let name = "emitter-cli-logging"
    package static let kind = RoleKind.emitter(.cli)

    private let context: RoleContext
    private let configuration: Mutex<CLIConfiguration>
    private let desk: Mutex<(desk: JoinDesk, key: [UInt8])?> = Mutex(nil)

    package init(configuration: CLIConfiguration, context: RoleContext) throws {
        self.context = context
        self.configuration = Mutex(configuration)
    }

    package func run() async throws {
        // What is typed is in memory before it is redacted.
        try Secrecy.forbidDumps()
        let settings = configuration.withLock { $0 }
        if case .pipe(let path?) = context.mode {
            let maker = RecordMaker(
                redactor: Redactor(key: key(settings), settings: settings.redaction), bootID: "unknown")
            return try await AuditReplay(path: path, logger: context.logger)
                .run(into: context.outbox, maker: maker, context.rejections)
        }
        let socket = try HookSocket(path: settings.socket)
        let key = key(settings)
        let (connector, audit) = openKernel(settings)
        let bootID = Self.bootID
        let desk = JoinDesk(
            join: CommandJoin(bootID: bootID, hasKernel: connector != nil || audit != nil),
            maker: RecordMaker(redactor: Redactor(key: key, settings: settings.redaction), bootID: bootID),
            outbox: context.outbox, counters: context.counters)
        self.desk.withLock { $0 = (desk, key) }
        try await work(desk, socket, connector, audit)
        desk.finish()
    }

    package func reload(_ new: CLIConfiguration) async throws {
        try configuration.withLock { current in
            guard new.runsLike(current) else {
                throw ExhaustError(
                    .configuration, "socket, kernel, audit_rules and key_directory cannot change while running",
                    advice: "restart the emitter")
            }
            current = new
        }
        if let running = desk.withLock({ $0 }) {
            running.desk.use(Redactor(key: running.key, settings: new.redaction))
        }
    }

    private func work(
        _ desk: JoinDesk, _ socket: HookSocket, _ connector: ProcessConnector?, _ audit: AuditSource?
    ) async throws {
        let context = context
        let isStopped = { @Sendable in Task.isCancelled || context.once }
        let watch = KernelWatch(desk: desk, logger: context.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withThread(named: "cli-hooks") {
                    // A shell waits 2 ms for room in the socket, and then the report is lost.
                    KernelWatch.hurry()
                    let files = ProcessFiles()
                    socket.run(
                        { desk.note($0, shell: files.details(of: $0.shellPID)) }, isStopped: isStopped,
                        logger: context.logger)
                }
            }
            if let connector {
                group.addTask {
                    try await withThread(named: "cli-kernel") { watch.runConnector(connector, isStopped: isStopped) }
                }
            }
            if let audit {
                group.addTask {
                    try await withThread(named: "cli-audit") { watch.runAudit(audit, isStopped: isStopped) }
                }
            }
            group.addTask { await Self.tick(desk, hasExits: connector != nil, isStopped) }
            try await group.waitForAll()
        }
    }

    /// Publishes what is due, and looks after what no event tells of; `hasExits` says that ends of processes are told.
    private static func tick(_ desk: JoinDesk, hasExits: Bool, _ isStopped: () -> Bool) async {
        let (files, prompts) = (ProcessFiles(), PromptWatch())
        var count = 0
        while !isStopped() {
            count += 1
            if count.isMultiple(of: 5) { desk.watchPrompts(prompts) }
            if !hasExits, count.isMultiple(of: 50) { desk.reconcile(alive: Set(files.all())) }
            desk.advance()
            // Cancelled it ends at once, and so does the loop.
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Opens what the configuration asks for. What the kernel refuses is said, and the emitter goes on without.
    private func openKernel(_ settings: CLIConfiguration) -> (ProcessConnector?, AuditSource?) {
        guard settings.kernel != .none else { return (nil, nil) }
        let audit =
            settings.kernel == .audit
            ? open { () throws(ExhaustError) in
                try AuditSource(addsRule: settings.addsAuditRules)
            } : nil
        let connector = open { () throws(ExhaustError) in try ProcessConnector(readsExecs: audit == nil) }
        return (connector, audit)
    }

    private func open<Source>(_ body: () throws(ExhaustError) -> Source) -> Source? {
        do throws(ExhaustError) {
            return try body()
        } catch {
            context.logger.warning(
                "part of the kernel's view is missing: commands that no hook reports may not be seen",
                metadata: ["error.message": "\(error)"])
            return nil
        }
    }

    /// The key of the secrets' hashes; without a place to keep it, one for this start.
    private func key(_ settings: CLIConfiguration) -> [UInt8] {
        for folder in Self.folders(to: settings.keyDirectory) { mkdir(folder, 0o755) }
        do {
            return try RedactionKey.load(folder: settings.keyDirectory)
        } catch {
            context.logger.warning(
                "the key for the hashes of secrets cannot be kept: equal secrets look different after a restart",
                metadata: ["error.message": "\(error)"])
            var source = SystemRandomNumberGenerator()  // getrandom(2)
            return (0..<32).map { _ in UInt8.random(in: 0...255, using: &source) }
        }
    }

    private static func folders(to path: String) -> [String] {
        var folders: [String] = []
        for part in path.split(separator: "/") { folders.append("\(folders.last ?? "")/\(part)") }
        return folders
    }

    /// The kernel's name for this start of the machine.
    private static var bootID: String {
        // Without /proc the name stays open; pids and times tell processes apart as well.
        guard let bytes = try? FileContent.read("/proc/sys/kernel/random/boot_id") else { return "unknown" }
        return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }
}
