import ExhaustCore
import Glibc

/// A program that writes to a pipe; it ends with its last reference.
final class ExportProcess {
    /// What a wait brought.
    enum Output {
        case bytes(Int)
        case nothing
        case end
    }

    private let name: String
    private let pid: pid_t
    private let output: Int32
    private let errors: Int32
    private var isGone = false
    /// The last of what it wrote to its standard error.
    private(set) var complaint = ""

    /// Starts `command`, found by the search path.
    init(_ command: [String]) throws(ExhaustError) {
        name = command.first ?? ""
        let output = try Self.pipe()
        let errors: (reading: Int32, writing: Int32)
        do throws(ExhaustError) { errors = try Self.pipe() } catch {
            close(output.reading)
            close(output.writing)
            throw error
        }
        defer {
            close(output.writing)
            close(errors.writing)
        }
        self.output = output.reading
        self.errors = errors.reading
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
        // This thread blocks all signals; the child must hear SIGTERM, and end when nobody reads what it writes.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var defaults = sigset_t()
        sigemptyset(&none)
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, name, &actions, &attributes, &arguments, environ)
        guard status == 0 else {
            close(output.reading)
            close(errors.reading)
            throw ExhaustError(.unavailable, errno: status, "cannot start \(name)")
        }
        self.pid = pid
    }

    deinit {
        close(output)
        close(errors)
        guard !isGone else { return }
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    private static func pipe() throws(ExhaustError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw ExhaustError(.unavailable, errno: errno, "cannot make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Reads what it has written, waiting `milliseconds` at most.
    func read(into buffer: UnsafeMutableRawBufferPointer, waiting milliseconds: Int32) -> Output {
        var requests = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&requests, 2, milliseconds) > 0 else { return .nothing }
        if requests[1].revents & Int16(POLLIN) != 0 {
            let count = Glibc.read(errors, buffer.baseAddress, min(buffer.count, 4096))
            let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
            complaint = text.split(separator: "\n").last.map(String.init) ?? complaint
        }
        guard requests[0].revents != 0 else {
            // A closed standard error is readable for ever.
            if requests[1].revents & Int16(POLLIN) == 0 { usleep(10_000) }
            return .nothing
        }
        let count = Glibc.read(output, buffer.baseAddress, buffer.count)
        return count > 0 ? .bytes(count) : count < 0 && errno == EINTR ? .nothing : .end
    }

    /// Waits for its end and tells how it ended.
    func wait() -> String {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        isGone = true
        let how = status & 0x7f == 0 ? "status \((status >> 8) & 0xff)" : "signal \(status & 0x7f)"
        return complaint.isEmpty ? how : "\(how): \(complaint)"
    }
}
