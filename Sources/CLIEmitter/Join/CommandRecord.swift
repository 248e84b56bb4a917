package import ExhaustCore

/// A program that a process became by exec, from there to its end.
package struct Execution: Sendable, Hashable {
    /// A process above another.
    package struct Ancestor: Sendable, Hashable {
        package var pid: Int32
        package var name: String?
    }

    package var pid: Int32
    package var details: ProcessDetails
    package var began: Timestamp
    package var ended: Timestamp?
    /// The wait status, once it ended by itself.
    package var status: UInt32?
    /// Whether it ended by becoming another program.
    package var isReplaced = false
    /// Its parent first.
    package var ancestors: [Ancestor] = []
}

/// What becomes one event: a command that a hook told of, with its processes, or one execution that no hook told of.
package struct CommandRecord: Sendable, Hashable {
    /// How far a claim of a hook could be checked.
    package enum Claim: String, Sendable {
        /// The sender is a child of the shell that it speaks for, and has its user.
        case verified
        /// One of the two is not known.
        case unverified
        /// The sender is no child of that shell, or has another user.
        case forged
    }

    /// What the hook told.
    package struct Told: Sendable, Hashable {
        package var shell: String
        package var shellPID: Int32
        package var number: UInt64
        package var command: String
        package var isTruncated: Bool
        package var workingDirectory: String
        package var tty: String?
        package var user: UInt32
        package var claim: Claim
        /// Whether the report of the start was missed.
        package var lacksStart = false
        /// Whether the end was told; else the shell's next command or end closed it.
        package var hasEnd = false
        package var exitCode: Int32?
        package var duration: Duration?
    }

    /// The same in the event of a command that runs and in the later one of its end.
    package var id: String
    package var began: Timestamp
    package var ended: Timestamp?
    package var told: Told?
    /// What the kernel told: of a hook's command all that its shell ran for it, else the one execution.
    package var executions: [Execution] = []
    /// What is known of the shell that told.
    package var shell: ProcessDetails?
    package var ancestors: [Execution.Ancestor] = []
    /// The wait status of the shell's process if it ended with the command: by `exit`, or as the program of `exec`.
    package var shellStatus: UInt32?
    /// Whether an interactive shell ran it, and its hook said nothing.
    package var isHookMissing = false
    /// The id of the command to which it belongs, which has too many executions to list it.
    package var commandID: String?
}
