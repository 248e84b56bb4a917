import ExhaustCore
import ExhaustTestSupport
import Glibc

/// The real emitter with shells whose hooks its own `install-hooks` installed, in a copy of /etc that these programs
/// alone see (mount_namespaces(7)); the kernel's view is the machine's.
final class EmitterSession {
    /// What is read from the published events.
    struct Event {
        let data: Value

        var line: String? { data["process.command_line"]?.string }
        var status: Int64? { data["process.exit.code"]?.int }
        var folder: String? { data["process.working_directory"]?.string }
        var user: Int64? { data["process.user.id"]?.int }
        var pid: Int64? { data["process.pid"]?.int }
        var parent: Int64? { data["process.parent_pid"]?.int }
        var shell: Int64? { data["exhaust.cli.shell.pid"]?.int }
        var views: [String] { data["exhaust.cli.views"]?.list?.compactMap(\.string) ?? [] }
        var isHookMissing: Bool { data["exhaust.cli.hook_missing"] == true }
        var programs: Int { data["exhaust.cli.processes"]?.list?.count ?? 0 }
    }

    let folder: TemporaryDirectory
    private let emitter: ChildProcess
    private var isOver = false
    static var program: String { Programs.folder + "/exhaust-emitter-cli-logging" }

    /// What the shells have for a home.
    private var home: String { folder.path + "/home" }

    /// Starts the emitter in the folder `work`, where it may dump core; `arguments` say where its events go.
    init(_ arguments: (TemporaryDirectory) -> [String]) async throws {
        folder = try TemporaryDirectory(prefix: "exhaust-session")
        chmod(folder.path, 0o755)
        try await ChildProcess.run(["cp", "-a", "/etc", folder.path + "/etc"])
        for name in ["home", "work", "etc/zsh", "etc/fish", "etc/fish/conf.d"] {
            mkdir("\(folder.path)/\(name)", 0o755)
        }
        // Any user's shell shows by it that a command is over, as another's hook would, and how.
        for (name, text) in [
            ("etc/bash.bashrc", "\nPROMPT_COMMAND='printf \"<ready:%s>\" $?'\nPS1='$ ' HISTFILE=\n"),
            ("etc/zsh/zshrc", "\nprecmd() { print -n \"<ready:$?>\" }\nPS1='$ '\nunsetopt prompt_cr prompt_sp\n"),
            (
                "etc/fish/conf.d/a.fish",
                """
                function a --on-event fish_prompt; printf "<ready:%s>" $status; end
                function fish_prompt; printf '$ '; end
                function fish_greeting; end

                """
            ), ("home/.zshrc", ""),
            ("script", "#!/bin/sh\nsleep 0.2173\nsh -c 'exit 0'\n"),
        ] {
            try Self.append(text, to: "\(folder.path)/\(name)")
        }
        chmod(folder.path + "/script", 0o755)
        let socket = folder.path + "/cli.sock"
        try await ChildProcess.run(
            Self.within(folder, [Self.program, "install-hooks", "--hooks", "deploy/hooks", "--socket", socket]))
        let options = ["--set", "socket=\(socket)", "--set", "key_directory=\(folder.path)/state"]
        let start = ["sh", "-c", "ulimit -c unlimited && cd \"$0/work\" && exec \"$@\"", folder.path, Self.program]
        emitter = try ChildProcess(
            start + options + arguments(folder), environment: ["EXHAUST_BROKER__PASSWORD": "x"],
            output: folder.path + "/output", errors: folder.path + "/log")
    }

    /// A test that failed has not stopped it.
    deinit {
        if !isOver {
            kill(emitter.pid, SIGKILL)
            waitpid(emitter.pid, nil, 0)
        }
        folder.remove()
    }

    /// Whether the emitter has the kernel's view, and so sees a program that no shell ran.
    func seesPrograms() async throws -> Bool {
        for _ in 0..<50 {
            try await ChildProcess.run(["sleep", "0.05"])
            if try events().contains(where: { $0.line == "sleep 0.05" }) { return true }
        }
        return false
    }

    /// Starts `shell` at a terminal, and waits for its prompt.
    func start(_ shell: String) async throws -> Terminal {
        let deadline = ContinuousClock.now + .seconds(10)
        while access(folder.path + "/cli.sock", F_OK) != 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        let terminal = try Terminal(
            Self.within(folder, ["sh", "-c", "cd / && exec \(shell) -i"]),
            environment: [
                "TERM=xterm", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=\(home)", "LC_ALL=C.UTF-8",
                "S=\(folder.path)/script",
            ])
        try await terminal.wait(for: "<ready:0>")
        return terminal
    }

    /// Stops the emitter as a service manager does, and gives its exit status.
    func stop() async -> Int32? { await end(SIGTERM) }

    /// Lets it crash.
    func abort() async -> Int32? { await end(SIGABRT) }

    private func end(_ number: Int32) async -> Int32? {
        emitter.signal(number)
        let status = await emitter.wait(upTo: .seconds(20))
        isOver = status != nil
        return status
    }

    /// What it wrote so far with `--to FOLDER/events`.
    func events() throws -> [Event] {
        guard access(folder.path + "/events", F_OK) == 0 else { return [] }
        let text = String(decoding: try FileContent.read(folder.path + "/events", limit: 64 << 20), as: UTF8.self)
        // The last line may be half written.
        return try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            Event(data: try JSONReader.parse(Array($0.utf8))["data"] ?? .null)
        }
    }

    /// The files in these folders of the session.
    func files(_ folders: [String]) async throws -> [String] {
        // Files may come and go meanwhile.
        let find = "cd \"$0\" && find \"$@\" -type f -printf \"$0/%p\\n\" 2>/dev/null; true"
        let output = try await ChildProcess.run(["sh", "-c", find, folder.path] + folders)
        return output.split(separator: "\n").map(String.init)
    }

    private static func within(_ folder: TemporaryDirectory, _ command: [String]) -> [String] {
        let mounts = "mount --bind \"$0/etc\" /etc && exec \"$@\""
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", mounts, folder.path] + command
    }

    private static func append(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard file >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot open", at: path) }
        defer { close(file) }
        _ = write(file, text, text.utf8.count)
    }
}
