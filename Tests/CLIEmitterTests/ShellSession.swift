import CLIEmitter
import ExhaustCore
import ExhaustTestSupport
import Glibc
import Logging
import Synchronization
import Testing

/// A shell on a pseudo-terminal with the hook as `install-hooks` writes it, and a socket that takes its reports.
///
/// The prompt of each shell writes `<ready:STATUS>` once, from PROMPT_COMMAND, precmd or fish_prompt as another's hook
/// would; so tests wait for what happens, and see that others still get `$?`.
final class ShellSession: Sendable {
    let folder: TemporaryDirectory
    private let reports = Mutex<[HookReport]>([])
    private let isStopped = Atomic(false)
    private let hasStopped = Atomic(false)

    var socket: String { folder.path + "/cli.sock" }
    /// A program that starts the nested shell of `sudo` and `su`, which clear the environment.
    var nestedShell: String { folder.path + "/shell" }

    init() throws {
        folder = try TemporaryDirectory(prefix: "exhaust-shell")
        chmod(folder.path, 0o755)
        let files = HookFiles(
            root: folder.path + "/root", source: "deploy/hooks", helper: Programs.folder + "/exhaust-cli-report",
            socket: socket)
        for shell in HookFiles.Shell.allCases { _ = try files.install(shell) }
        let hooks = folder.path + "/root/etc/exhaust/hooks"
        let bash = """
            PROMPT_COMMAND='printf "<old>"'
            trap 'traps=$((traps + 1))' DEBUG
            PS0='<ps0>'
            HISTFILE= HISTCONTROL=ignoreboth
            . \(hooks)/exhaust.bash
            PROMPT_COMMAND='printf "<ready:%s>" $?'
            PS1='$ '
            alias greet='echo greetings'

            """
        try folder.write(Array(bash.utf8), to: "bashrc")
        let zsh = """
            precmd() { print -n "<ready:$?>" }
            preexec() { print -n "<other>" }
            . \(hooks)/exhaust.zsh
            PS1='$ '
            alias greet='echo greetings'
            setopt hist_ignore_space interactive_comments

            """
        try folder.write(Array(zsh.utf8), to: ".zshrc")
        mkdir(folder.path + "/fish", 0o755)
        let fish = """
            source \(folder.path)/root/etc/fish/conf.d/exhaust.fish
            function other --on-event fish_prompt; printf "<ready:%s>" $status; end
            function fish_prompt; printf '$ '; end
            function fish_greeting; end
            alias greet 'echo greetings'

            """
        try folder.write(Array(fish.utf8), to: "fish/config.fish")
        let nested = "#!/bin/sh\nHOME=\(folder.path) exec bash --noprofile --rcfile \(folder.path)/bashrc -i\n"
        try folder.write(Array(nested.utf8), to: "shell")
        for name in ["shell", "bashrc", ".zshrc", "fish/config.fish"] { chmod("\(folder.path)/\(name)", 0o755) }
    }

    /// Binds the socket and takes reports until `stop`.
    func receive() throws {
        let socket = try HookSocket(path: socket)
        try OSThread.start(named: "hook-socket") { [self] in
            socket.run(
                { report in reports.withLock { $0.append(report) } },
                isStopped: { isStopped.load(ordering: .acquiring) }, logger: Logger(label: "test"))
            hasStopped.store(true, ordering: .releasing)
        }
    }

    /// Starts `shell`, and waits for its first prompt.
    func start(_ shell: HookFiles.Shell) async throws -> Terminal {
        let command =
            switch shell {
            case .bash: ["bash", "--noprofile", "--rcfile", "\(folder.path)/bashrc", "-i"]
            case .zsh: ["zsh", "-d", "-i"]
            case .fish: ["fish", "-i"]
            }
        let terminal = try Terminal(
            command,
            environment: [
                "TERM=xterm", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=\(folder.path)",
                "ZDOTDIR=\(folder.path)", "XDG_CONFIG_HOME=\(folder.path)", "LC_ALL=C.UTF-8", "N=\(nestedShell)",
                "XDG_DATA_HOME=\(folder.path)/data",
            ])
        _ = try await terminal.wait(for: "<ready:")
        return terminal
    }

    /// Waits until all of `count` ends arrived, and stops; gives every report.
    func stop(afterEnds count: Int) async throws -> [HookReport] {
        let deadline = ContinuousClock.now + .seconds(10)
        while reports.withLock({ $0.count { $0.phase == .end } }) < count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        isStopped.store(true, ordering: .releasing)
        while !hasStopped.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(10)) }
        folder.remove()
        return reports.withLock { $0 }
    }

    /// Whether `program` is there; says what is left out if not.
    static func has(_ program: String) -> Bool {
        for folder in ["/usr/bin", "/bin", "/usr/sbin"] where access("\(folder)/\(program)", X_OK) == 0 { return true }
        print("left out, since \(program) is not installed")
        return false
    }
}
