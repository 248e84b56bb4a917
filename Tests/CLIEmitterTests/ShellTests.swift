import CLIEmitter
import ExhaustCore
import Glibc
import Testing

/// A command as typed, and what must be reported of it.
struct TypedCommand {
    var text: String
    var status: Int32
    /// What to wait for before Ctrl-C is pressed.
    var interruptAfter: String?
    var folder: String?

    init(
        _ text: String, _ status: Int32 = 0, interruptAfter: String? = nil, folder: String? = nil
    ) {
        self.text = text
        self.status = status
        self.interruptAfter = interruptAfter
        self.folder = folder
    }
}

@Suite("Shells on a terminal", .serialized, .timeLimit(.minutes(3)))
struct ShellTests {
    /// What bash and zsh read alike.
    static let common: [TypedCommand] = [
        TypedCommand("echo plain"), TypedCommand("false", 1), TypedCommand("echo a | grep b", 1),
        TypedCommand("cat <<E\nbody of it\nE"), TypedCommand("for i in 1 2; do\necho $i\ndone"),
        TypedCommand("echo one \\\ntwo"), TypedCommand("greet"), TypedCommand("f() { return 3; }"),
        TypedCommand("f", 3), TypedCommand("cd /usr"), TypedCommand("pwd", folder: "/usr"),
        TypedCommand("(exit 7)", 7), TypedCommand("( cd /; false )", 1, folder: "/usr"),
        TypedCommand("no-such-program", 127), TypedCommand("/etc/passwd", 126),
        TypedCommand("sh -c 'echo go''ing; sleep 60'", 130, interruptAfter: "going"),
        TypedCommand("sleep 0.01 &"), TypedCommand("wait"), TypedCommand(" echo not for the history"),
        TypedCommand("echo plain"), TypedCommand("echo plain"), TypedCommand("true && ! true", 1),
        TypedCommand("[ 1 = 2 ]", 1), TypedCommand("echo \"ünïcödé 'quoted'\""),
        TypedCommand("sh -c 'kill -9 $$'", 137),
        TypedCommand("x=1; test $x = 1"), TypedCommand("eval 'exit_code=4; (exit $exit_code)'", 4),
        TypedCommand("{ true; false; }", 1), TypedCommand("echo $(echo substituted)"), TypedCommand("cd /"),
    ]

    static let fish: [TypedCommand] = [
        TypedCommand("echo plain"), TypedCommand("false", 1), TypedCommand("echo a | grep b", 1),
        TypedCommand("for i in 1 2\necho $i\nend"), TypedCommand("echo one \\\ntwo"), TypedCommand("greet"),
        TypedCommand("function f; return 3; end"), TypedCommand("f", 3), TypedCommand("cd /usr"),
        TypedCommand("pwd", folder: "/usr"), TypedCommand("sh -c 'exit 7'", 7), TypedCommand("no-such-program", 127),
        TypedCommand("sh -c 'echo go''ing; sleep 60'", 130, interruptAfter: "going"), TypedCommand("true"),
        TypedCommand("sleep 0.01 &"), TypedCommand("wait"), TypedCommand(" echo not for the history"),
        TypedCommand("echo plain"), TypedCommand("echo plain"), TypedCommand("not true", 1),
        TypedCommand("test 1 = 2", 1), TypedCommand("echo \"ünïcödé 'quoted'\""),
        TypedCommand("sh -c 'kill -9 $$'", 137),
        TypedCommand("set x 1; test $x = 1"), TypedCommand("begin; true; false; end", 1),
        TypedCommand("echo (echo substituted)"), TypedCommand("eval false", 1), TypedCommand("string length abc"),
        TypedCommand("cat /etc/hostname >/dev/null"), TypedCommand("cd /"),
    ]

    static let bash: [TypedCommand] = [
        TypedCommand("set +o history"), TypedCommand("echo off the record"), TypedCommand("set -o history"),
        TypedCommand("PROMPT_COMMAND=(\"${PROMPT_COMMAND[@]}\" 'true')"), TypedCommand("[[ $traps -gt 0 ]]"),
        TypedCommand("set -u"), TypedCommand("echo set -u"), TypedCommand("set +u"),
        TypedCommand("false | true", 0), TypedCommand("[[ ${HISTCONTROL}${HISTFILE} == ignoreboth ]]"),
        TypedCommand("trap -p DEBUG | grep -q traps"),
    ]

    @Test("each command is reported once, with its status, folder and user", arguments: HookFiles.Shell.allCases)
    func commands(shell: HookFiles.Shell) async throws {
        guard ShellSession.has(shell.rawValue) else { return }
        let commands =
            switch shell {
            case .bash: Self.common + Self.bash
            case .zsh: Self.common
            case .fish: Self.fish
            }
        try await expect(commands, of: shell)
    }

    @Test("the shells of sudo and su report as the user that they are", .enabled(if: getuid() == 0))
    func otherUsers() async throws {
        guard ShellSession.has("sudo"), ShellSession.has("su") else { return }
        let session = try ShellSession()
        try session.receive()
        let terminal = try await session.start(.bash)
        let ways = ["sudo -u nobody $N", "su -s $N nobody", "su - nobody -s $N"]
        for way in ways {
            for text in [way, "id", "exit 5"] {
                terminal.type("\(text)\r")
                try await terminal.wait(for: "<ready:")
            }
        }
        let reports = try await session.stop(afterEnds: 6)
        for way in ways {
            let outer = try #require(reports.first { $0.command == way })
            #expect(outer.sender.uid == 0)
            #expect(reports.contains { $0.phase == .end && $0.number == outer.number && $0.exitCode == 5 })
        }
        let inner = reports.filter { $0.command == "id" }
        #expect(inner.map(\.sender.uid) == [65_534, 65_534, 65_534])
        for start in inner {
            #expect(reports.contains { $0.phase == .end && $0.shellPID == start.shellPID && $0.exitCode == 0 })
        }
    }

    @Test("Ctrl-C and Enter without a command are no commands", arguments: HookFiles.Shell.allCases)
    func emptyLines(shell: HookFiles.Shell) async throws {
        guard ShellSession.has(shell.rawValue) else { return }
        let session = try ShellSession()
        try session.receive()
        let terminal = try await session.start(shell)
        // fish gives no new prompt for a line without a command, but shows what is typed once it reads.
        let hasPrompts = shell != .fish
        terminal.type("\r")
        if hasPrompts { try await terminal.wait(for: "<ready:") }
        terminal.type("echo given up")
        try await terminal.wait(for: "given")
        // fish misses one that comes while it draws.
        var isAnswered = false
        for _ in 0..<10 where !isAnswered {
            terminal.type("\u{3}")
            isAnswered = await terminal.shows(hasPrompts ? "<ready:" : "$ ", within: .seconds(3))
        }
        terminal.type("echo ok\r")
        try await terminal.wait(for: "<ready:")
        let reports = try await session.stop(afterEnds: 1)
        #expect(reports.map(\.phase) == [.start, .end])
        #expect(reports.first?.command == "echo ok")
        #expect(reports.last?.exitCode == 0)
    }

    @Test("a shell whose PROMPT_COMMAND was unset still tells what is typed, and at the next Enter how it ended")
    func unsetHook() async throws {
        let session = try ShellSession()
        try session.receive()
        let terminal = try await session.start(.bash)
        for (text, output) in [
            ("unset PROMPT_COMMAND; echo go''ne", "gone"), ("echo on''ce; false", "once"), ("echo tw''ice", "twice"),
        ] {
            terminal.type("\(text)\r")
            try await terminal.wait(for: output)
        }
        let reports = try await session.stop(afterEnds: 2)
        #expect(reports.map(\.phase) == [.start, .end, .start, .end, .start])
        #expect(reports.map(\.exitCode) == [nil, 0, nil, 1, nil])
        #expect(reports.map(\.number) == [1, 1, 2, 2, 3] && reports.allSatisfy { $0.duration == nil })
        #expect(reports[2].command == "echo on''ce; false" && reports[4].command == "echo tw''ice")
    }

    @Test("without a socket the shell works, silently", arguments: HookFiles.Shell.allCases)
    func silence(shell: HookFiles.Shell) async throws {
        guard ShellSession.has(shell.rawValue) else { return }
        let session = try ShellSession()
        defer { session.folder.remove() }
        let terminal = try await session.start(shell)
        terminal.type("sh -c 'exit 9'\r")
        let output = try await terminal.wait(for: "<ready:9>")
        #expect(!output.contains("exhaust"))
    }

    private func expect(_ commands: [TypedCommand], of shell: HookFiles.Shell) async throws {
        let session = try ShellSession()
        try session.receive()
        let terminal = try await session.start(shell)
        for command in commands {
            terminal.type(command.text.replacing("\n", with: "\r") + "\r")
            if let text = command.interruptAfter {
                try await terminal.wait(for: text)
                // The program may write before the shell has given it the terminal, and so its Ctrl-C; then once more.
                terminal.type("\u{3}")
                if (try? await terminal.wait(for: "<ready:130>", limit: .seconds(3))) != nil { continue }
                terminal.type("\u{3}")
            }
            try await terminal.wait(for: "<ready:\(command.status)>")
        }
        let reports = try await session.stop(afterEnds: commands.count)
        let starts = reports.filter { $0.phase == .start }
        #expect(starts.map(\.command) == commands.map(\.text))
        #expect(reports.count == 2 * starts.count)
        for (start, command) in zip(starts, commands) {
            let ends = reports.filter { $0.phase == .end && $0.number == start.number }
            #expect(ends.map(\.exitCode) == [command.status], "\(command.text)")
            #expect(start.workingDirectory == command.folder || command.folder == nil, "\(command.text)")
            #expect(start.sender.uid == getuid() && start.shell == shell.rawValue)
            #expect(start.tty?.hasPrefix("/dev/pts/") == true)
            #expect(ends.first?.duration != nil)
        }
    }
}
