import ExhaustCore

/// Runs programs. A protocol, so that tests of what uses them need none.
package protocol CommandRunner: Sendable {
    /// Runs `command` to its end or its time. Throws if it cannot be started.
    func run(_ command: Command) async throws -> CommandResult
}

/// A program with its arguments; never a line for a shell.
package struct Command: Sendable, Hashable {
    /// The absolute path of the program.
    package let executable: String
    package let arguments: [String]

    package init(_ executable: String, _ arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }
}

/// How a program ended.
package struct CommandResult: Sendable, Hashable {
    /// Exit, signal, or neither.
    package enum End: Sendable, Hashable {
        case exited(Int32)
        case signaled(Int32)
        /// It had not ended when its time was over; its process group was killed.
        case timedOut(Duration)
    }

    package let end: End
    /// The end of what it wrote to standard output and error, at most 16 KiB, without control characters.
    package let output: String

    package init(_ end: End, output: String = "") {
        self.end = end
        self.output = output
    }

    /// Whether it exited with status 0.
    package var succeeded: Bool { end == .exited(0) }

    /// How it ended, for people.
    package var summary: String {
        switch end {
        case .exited(let status): "exit status \(status)"
        case .signaled(let signal): "killed by signal \(signal)"
        case .timedOut(let limit): "did not end within \(limit.inSeconds) s"
        }
    }
}
