import ExhaustCore
import ExhaustTestSupport
import Glibc

/// The real emitter with shells whose hooks its own `install-hooks` installed, all in a copy of /etc that these programs
/// alone see (mount_namespaces(7)); the kernel's view is the machine's.
final class EmitterSession {
    /// What is read from the published events.
    struct Event {
        let data: Value

        var line: String? { data["process.command_line"]?.string }
        var status: Int64? { data["process.exit.code"]?.int }
        var folder: String? { data["process.working_directory"]?.string }
        var user: Int64? { data["process.user.id"]?.int }
        var parent: Int64? { data["process.parent_pid"]?.int }
        var shell: Int64? { data["exhaust.cli.shell.pid"]?.int }
        var views: [String] { data["exhaust.cli.views"]?.list?.compactMap(\.string) ?? [] }
        var isHookMissing: Bool { data["exhaust.cli.hook_missing"] == true }
        var programs: Int { data["exhaust.cli.processes"]?.list?.count ?? 0 }
    }

    let folder: TemporaryDirectory
    private let emitter: ChildProcess
    private static var program: String { Programs.folder + "/exhaust-emitter-cli-logging" }

    var log: String { folder.path + "/log" }
    /// What the shells have for a home.
    var home: String { folder.path + "/home" }
    var state: String { folder.path + "/state" }

    /// Starts the emitter; `arguments` say where its events go.
    init(_ arguments: (TemporaryDirectory) -> [String]) async throws {
        folder = try TemporaryDirectory(prefix: "exhaust-session")
        chmod(folder.path, 0o755)
        try await ChildProcess.run(["cp", "-a", "/etc", folder.path + "/etc"])
        for name in ["home", "etc/zsh", "etc/fish", "etc/fish/conf.d"] { mkdir("\(folder.path)/\(name)", 0o755) }
        // Any user's shell shows by it that a command is over, as another's hook would, and how.
        for (name, text) in [
            ("etc/bash.bashrc", "\nPROMPT_COMMAND='printf \"<ready:%s>\" $?'\nPS1='$ '\nHISTFILE=\n"),
            ("etc/zsh/zshrc", "\nprecmd() { print -n \"<ready:$?>\" }\nPS1='$ '\nunsetopt prompt_cr prompt_sp\n"),
            (
                "etc/fish/conf.d/a.fish",
                """
                function a --on-event fish_prompt; printf "<ready:%s>" $status; end
                function fish_prompt; printf '$ '; end
                function fish_greeting; end

                """
            ), ("home/.zshrc", ""),
            ("script", "#!/bin/sh\nsleep 0.2\nsh -c 'exit 0'\n"),
        ] {
            try Self.append(text, to: "\(folder.path)/\(name)")
        }
        chmod(folder.path + "/script", 0o755)
        let socket = folder.path + "/cli.sock"
        try await ChildProcess.run(
            Self.within(folder, [Self.program, "install-hooks", "--hooks", "deploy/hooks", "--socket", socket]))
        let options = ["--set", "socket=\(socket)", "--set", "key_directory=\(folder.path)/state"]
        emitter = try ChildProcess(
            [Self.program] + options + arguments(folder), output: folder.path + "/output", errors: folder.path + "/log")
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
    func stop() async -> Int32? {
        emitter.signal(SIGTERM)
        return await emitter.wait(upTo: .seconds(20))
    }

    func abort() async -> Int32? {
        emitter.signal(SIGABRT)
        return await emitter.wait(upTo: .seconds(20))
    }

    /// What it wrote so far with `--to FOLDER/events`.
    func events() throws -> [Event] {
        guard access(folder.path + "/events", F_OK) == 0 else { return [] }
        let text = String(decoding: try FileContent.read(folder.path + "/events"), as: UTF8.self)
        // The last line may be half written.
        return try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            Event(data: try JSONReader.parse(Array($0.utf8))["data"] ?? .null)
        }
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
