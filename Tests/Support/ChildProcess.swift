import ExhaustCore
package import Glibc

/// A process that a test starts. Waiting polls, so that no thread of the cooperative pool blocks.
package struct ChildProcess: Sendable {
    package let pid: pid_t

    /// Starts `command` with standard input from the file `input`, standard output appended to the file `output`, and
    /// standard error to `errors` or the same file.
    package init(
        _ command: [String], environment: [String: String] = [:], input: String = "/dev/null",
        output: String = "/dev/null", errors: String? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        if let errors {
            posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        // Threads of the cooperative pool block most signals, and a child would inherit that and never see a SIGTERM.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = command.map { strdup($0) } + [nil]
        var variables = Self.environment(with: environment).map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, command[0], &actions, &attributes, &arguments, &variables)
        guard status == 0 else { throw ExhaustError(.unavailable, errno: status, "cannot start \(command[0])") }
        self.pid = pid
    }

    /// Waits for its end; gives the exit status, 128 and the signal's number for a signal, `nil` after `limit`.
    package func wait(upTo limit: Duration) async -> Int32? {
        let deadline = ContinuousClock.now + limit
        while true {
            var status: Int32 = 0
            let done = waitpid(pid, &status, WNOHANG)
            if done == pid { return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f) }
            if done < 0 || ContinuousClock.now > deadline { return nil }
            // A cancelled test still has to clean up.
            await Task { _ = try? await Task.sleep(for: .milliseconds(20)) }.value
        }
    }

    /// Sends it a signal.
    package func signal(_ number: Int32) { kill(pid, number) }

    /// Runs `command` to its end; throws with its output unless it succeeds.
    @discardableResult
    package static func run(_ command: [String], limit: Duration = .seconds(60)) async throws -> String {
        var name = Array("/tmp/exhaust-test-output-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot make a temporary file") }
        close(file)
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        let process = try ChildProcess(command, output: path)
        let status = await process.wait(upTo: limit)
        if status == nil { process.signal(SIGKILL) }
        let output = String(decoding: try FileContent.read(path), as: UTF8.self)
        guard status == 0 else {
            throw ExhaustError(
                .software, "\(command.joined(separator: " ")): status \(status.map { "\($0)" } ?? "none")\n\(output)")
        }
        return output
    }

    private static func environment(with additions: [String: String]) -> [String] {
        var variables: [String] = []
        var next = environ
        while let variable = next.pointee {
            let text = String(cString: variable)
            if additions[String(text.prefix { $0 != "=" })] == nil { variables.append(text) }
            next += 1
        }
        return variables + additions.map { "\($0.key)=\($0.value)" }
    }
}
