package import ExhaustCore

/// One report of a shell's hook, as it claims; `sender` alone is from the kernel.
package struct HookReport: Sendable, Hashable {
    /// Whether the command begins or has ended.
    package enum Phase: String, Sendable { case start, end }

    /// The process that sent the report, as the kernel says it (SCM_CREDENTIALS): the helper, which is a shell's child.
    package struct Sender: Sendable, Hashable {
        package var pid: Int32
        package var uid: UInt32
        package var gid: UInt32

        package init(pid: Int32, uid: UInt32, gid: UInt32) {
            self.pid = pid
            self.uid = uid
            self.gid = gid
        }
    }

    package var phase: Phase
    /// `bash`, `zsh` or `fish`.
    package var shell: String
    /// The helper's parent, as the helper read it with getppid(2).
    package var shellPID: Int32
    /// The shell's count of commands: start and end of one command have the same.
    package var number: UInt64
    /// As typed; empty at the end.
    package var command: String
    /// Whether the command was longer than what is kept of it.
    package var isTruncated: Bool
    package var workingDirectory: String
    /// Only at the end.
    package var exitCode: Int32?
    /// Only at the end, as the shell measured it, if it did.
    package var duration: Duration?
    package var tty: String?
    package var sender: Sender
    package var received: Timestamp

    /// The most bytes of a command that are kept; the helper cuts a little before.
    package static let commandLimit = 32_768

    /// A report; leave out what is not known.
    package init(
        phase: Phase, shell: String, shellPID: Int32, number: UInt64, command: String = "", isTruncated: Bool = false,
        workingDirectory: String = "", exitCode: Int32? = nil, duration: Duration? = nil, tty: String? = nil,
        sender: Sender, received: Timestamp
    ) {
        self.phase = phase
        self.shell = shell
        self.shellPID = shellPID
        self.number = number
        self.command = command
        self.isTruncated = isTruncated
        self.workingDirectory = workingDirectory
        self.exitCode = exitCode
        self.duration = duration
        self.tty = tty
        self.sender = sender
        self.received = received
    }
}
