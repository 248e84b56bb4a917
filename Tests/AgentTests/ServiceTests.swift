import Agent
import ExhaustCore
import Glibc
import Synchronization
import Testing

@Suite("Services", .timeLimit(.minutes(1))) struct ServiceTests {
    /// Answers commands from a table and remembers them.
    private final class FakeRunner: CommandRunner {
        let commands = Mutex<[[String]]>([])
        private let answer: @Sendable ([String]) -> CommandResult

        init(_ answer: @escaping @Sendable ([String]) -> CommandResult) { self.answer = answer }

        func run(_ command: Command) async throws -> CommandResult {
            let argv = [command.executable] + command.arguments
            commands.withLock { $0.append(argv) }
            return answer(argv)
        }
    }

    private func execute(
        _ action: String, _ name: String, _ managers: [any ServiceManager], settle: Duration = .milliseconds(100)
    ) async throws -> ActionReport {
        let actions = ServiceActions(managers: ServiceManagers(managers), settle: settle)
        return try await actions.execute(ActionCatalogue([actions]).call(action, ["name": .string(name)]))
    }

    @Test("systemctl is asked with arguments that cannot be options, and its states are read")
    func systemd() async throws {
        let runner = FakeRunner { argv in
            if argv.contains("--property=LoadState") { return CommandResult(.exited(0), output: "loaded") }
            if argv.contains("--property=ActiveState") { return CommandResult(.exited(0), output: "active") }
            return CommandResult(.exited(0))
        }
        let manager = SystemdManager(systemctl: "/bin/systemctl", runner: runner)
        let report = try await execute("service.restart", "nginx.service", [manager])
        #expect(report.succeeded && report.changed)
        #expect(report.output == ["running": true, "manager": "systemd"])
        #expect(
            runner.commands.withLock { $0 }.contains(
                ["/bin/systemctl", "--no-ask-password", "restart", "--", "nginx.service"]))
    }

    @Test("A unit that systemd does not know is left to the next manager")
    func fallThrough() async throws {
        let runner = FakeRunner { argv in
            if argv[0] == "/bin/systemctl" { return CommandResult(.exited(0), output: "not-found") }
            if argv[1] == "status" { return CommandResult(.exited(0), output: "web    RUNNING   pid 12, uptime 0:01") }
            return CommandResult(.exited(0), output: "web: stopped\nweb: started")
        }
        let managers: [any ServiceManager] = [
            SystemdManager(systemctl: "/bin/systemctl", runner: runner),
            SupervisorManager(supervisorctl: "/usr/bin/supervisorctl", runner: runner),
        ]
        let report = try await execute("service.restart", "web", managers)
        #expect(report.succeeded)
        #expect(report.output["manager"] == "supervisor")
        await #expect(throws: ExhaustError.self) { try await execute("service.restart", "other", managers) }
    }

    @Test("supervisor's reload is a SIGHUP for the program, and an error in its text is one")
    func supervisor() async throws {
        let runner = FakeRunner { argv in
            if argv[1] == "status" { return CommandResult(.exited(3), output: "web    FATAL     Exited too quickly") }
            return CommandResult(.exited(0), output: "web: ERROR (not running)")
        }
        let manager = SupervisorManager(supervisorctl: "/s", runner: runner)
        let report = try await execute("service.reload", "web", [manager])
        #expect(!report.succeeded)
        #expect(report.output["running"] == false)
        #expect(runner.commands.withLock { $0 }.contains(["/s", "signal", "HUP", "web"]))
    }

    /// A service as an init script, with a daemon that keeps the script's output open.
    private static let script = """
        #!/bin/sh
        pidfile=FOLDER/pid
        running() { [ -s $pidfile ] && kill -0 "$(cat $pidfile)" 2>/dev/null; }
        case "$1" in
        start) running && exit 0; [ -e FOLDER/broken ] && { echo "cannot start" >&2; exit 1; }
               [ -e FOLDER/liar ] && exit 0
               setsid sleep 300 & echo $! > $pidfile; echo "Starting: web." ;;
        stop) running && kill "$(cat $pidfile)"; rm -f $pidfile ;;
        restart) $0 stop; $0 start ;;
        reload) running || exit 7; echo reloaded ;;
        status) running && { echo running; exit 0; }; [ -e $pidfile ] && exit 1; exit 3 ;;
        *) exit 2 ;;
        esac
        """

    @Test("A real init script: start, status, kill, restart, reload, stop, each with its effect and its report")
    func initScript() async throws {
        let folder = try TemporaryFolder()
        try folder.write("web", Self.script.replacing("FOLDER", with: folder.path), mode: 0o755)
        let manager = SysVInitManager(folder: folder.path, service: nil, runner: ProcessRunner(timeout: .seconds(10)))
        func run(_ verb: String) async throws -> ActionReport {
            try await execute("service.\(verb)", "web", [manager], settle: .seconds(1))
        }
        func pid() -> Int32 { Int32(String(decoding: folder.read("pid"), as: UTF8.self).dropLast()) ?? 0 }
        defer { if pid() > 1 { kill(pid(), SIGKILL) } }

        #expect(try await run("status").output == ["running": false, "manager": "sysvinit"])
        let started = try await run("start")
        #expect(started.succeeded && started.changed)
        #expect(started.output["running"] == true && started.output["output"] == "Starting: web.")
        let again = try await run("start")
        #expect(again.succeeded && !again.changed)
        let first = pid()
        #expect(kill(first, SIGKILL) == 0)
        while kill(first, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await run("status").output["running"] == false)
        let restarted = try await run("restart")
        #expect(restarted.succeeded && restarted.changed && pid() != first)
        #expect(try await run("reload").succeeded)
        let stopped = try await run("stop")
        #expect(stopped.succeeded && stopped.changed && stopped.output["running"] == false)
        #expect(try await !run("stop").changed)
    }

    @Test("A start that fails, and one that only says that it succeeded, are failures")
    func failures() async throws {
        let folder = try TemporaryFolder()
        try folder.write("web", Self.script.replacing("FOLDER", with: folder.path), mode: 0o755)
        let manager = SysVInitManager(folder: folder.path, service: nil, runner: ProcessRunner(timeout: .seconds(10)))
        try folder.write("broken", "")
        let broken = try await execute("service.start", "web", [manager])
        #expect(!broken.succeeded && !broken.changed)
        #expect(broken.reason == "start of web through sysvinit: exit status 1")
        #expect(broken.output["output"] == "cannot start")
        unlink(folder.path("broken"))
        try folder.write("liar", "")
        let liar = try await execute("service.restart", "web", [manager])
        #expect(liar.reason == "restart of web through sysvinit said success, but it does not run")
    }

    @Test("An init script that hangs is killed at the end of its time")
    func hangingScript() async throws {
        let folder = try TemporaryFolder()
        try folder.write("web", "#!/bin/sh\n[ \"$1\" = status ] && exit 3\nsleep 100\n", mode: 0o755)
        let runner = ProcessRunner(timeout: .milliseconds(300), grace: .milliseconds(200))
        let manager = SysVInitManager(folder: folder.path, service: nil, runner: runner)
        let report = try await execute("service.start", "web", [manager])
        #expect(!report.succeeded)
        #expect(report.reason == "start of web through sysvinit: did not end within 0.3 s")
    }

    @Test("A name leads to no script outside the folder")
    func names() async throws {
        let folder = try TemporaryFolder()
        try folder.write("evil", "#!/bin/sh\ntouch \(folder.path("ran"))\n", mode: 0o755)
        try folder.write("init.d/web", "#!/bin/sh\nexit 0\n", mode: 0o755)
        let manager = SysVInitManager(folder: folder.path("init.d"), service: nil, runner: ProcessRunner())
        for name in ["../evil", "..", ".", "web/../../evil", "evil"] {
            await #expect(throws: (any Error).self) { try await execute("service.start", name, [manager]) }
        }
        #expect(!folder.has("ran"))
    }
}
