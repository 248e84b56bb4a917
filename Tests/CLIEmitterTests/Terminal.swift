import ExhaustCore
import Glibc

/// A program on a pseudo-terminal of its own, as a person would use it. Waiting polls, so that no thread of the
/// cooperative pool blocks.
final class Terminal {
    private let master: Int32
    private let pid: pid_t
    private(set) var output = ""

    /// Starts `command` as the leader of a session whose terminal it has.
    init(_ command: [String], environment: [String]) throws {
        // As posix_openpt(3) and its kin do it, which Swift's Glibc module lacks: TIOCSPTLCK and TIOCGPTN.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (unlocked, number) = (Int32(0), Int32(0))
        var size = winsize(ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
        guard master >= 0, ioctl(master, 0x4004_5431, &unlocked) == 0, ioctl(master, 0x8004_5430, &number) == 0,
            ioctl(master, UInt(TIOCSWINSZ), &size) == 0
        else { throw ExhaustError(.unavailable, errno: errno, "cannot make a pseudo-terminal") }
        let name = "/dev/pts/\(number)"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // A session leader's first terminal becomes the session's (tty_ioctl(4)).
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // POSIX_SPAWN_SETSID, which the module lacks too.
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var arguments = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, command[0], &actions, &attributes, &arguments, &variables)
        guard status == 0 else { throw ExhaustError(.unavailable, errno: status, "cannot start \(command[0])") }
        self.pid = pid
    }

    deinit {
        kill(pid, SIGKILL)
        close(master)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// Types `text`.
    func type(_ text: String) { _ = write(master, text, text.utf8.count) }

    /// Waits until the program has written `marker` since the last wait, and gives what stands before it; throws
    /// after `limit`.
    @discardableResult
    func wait(for marker: String, limit: Duration = .seconds(30)) async throws -> String {
        let deadline = ContinuousClock.now + limit
        while true {
            read()
            if let found = output.firstRange(of: marker) {
                let rest = String(output[found.upperBound...])
                let before = String(output[..<found.lowerBound])
                output = rest
                return before
            }
            guard ContinuousClock.now < deadline else {
                throw ExhaustError(.unavailable, "the shell did not write \(marker), but: \(output.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Whether the program writes `marker` in time.
    func shows(_ marker: String, within limit: Duration) async -> Bool {
        do { try await wait(for: marker, limit: limit) } catch { return false }  // that is the answer
        return true
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(master, &buffer, buffer.count)
            guard count > 0 else { return }
            output += String(decoding: buffer[..<count], as: UTF8.self)
            answerQueries(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }

    /// Newer fish asks the terminal what it is (primary device attributes), and waits for the answer.
    private func answerQueries(_ text: String) {
        if text.contains("\u{1b}[0c") || text.contains("\u{1b}[c") { type("\u{1b}[?62c") }
    }
}
