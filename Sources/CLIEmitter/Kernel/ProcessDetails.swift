/// What is known of a process: from /proc, or from an audit record. What could not be read in time is `nil`.
package struct ProcessDetails: Sendable, Hashable {
    /// A user or group as the process has it.
    package struct Users: Sendable, Hashable {
        package var real: UInt32
        package var effective: UInt32
        package var saved: UInt32?

        package init(real: UInt32, effective: UInt32, saved: UInt32? = nil) {
            self.real = real
            self.effective = effective
            self.saved = saved
        }
    }

    /// The kernel's short name, 15 bytes at most.
    package var name: String?
    package var executable: String?
    package var arguments: [String]?
    /// Whether arguments are missing at the end, since there are more than are read.
    package var isTruncated = false
    package var workingDirectory: String?
    package var parent: Int32?
    /// In clock ticks since the machine's start: with the pid and the boot id it names a process for ever.
    package var startTicks: UInt64?
    package var session: Int32?
    /// The controlling terminal, such as `pts/3`; empty for none.
    package var tty: String?
    package var users: Users?
    package var groups: Users?
    /// Who logged in, whatever sudo and su did since; `nil` for nobody as well.
    package var loginUser: UInt32?
    /// The session that audit counts (`ses`); `nil` for none as well.
    package var auditSession: UInt32?
    package var container: String?
    package var unit: String?

    /// Nothing is known.
    package init() {}

    /// What both know, `self` first.
    package func merging(_ other: ProcessDetails) -> ProcessDetails {
        var result = self
        result.name = name ?? other.name
        result.executable = executable ?? other.executable
        if arguments == nil { (result.arguments, result.isTruncated) = (other.arguments, other.isTruncated) }
        result.workingDirectory = workingDirectory ?? other.workingDirectory
        result.parent = parent ?? other.parent
        result.inherit(from: other)
        result.startTicks = startTicks ?? other.startTicks
        return result
    }

    /// Takes from `other`, a parent, what a child has from it.
    mutating func inherit(from other: ProcessDetails) {
        session = session ?? other.session
        tty = tty ?? other.tty
        users = users ?? other.users
        groups = groups ?? other.groups
        loginUser = loginUser ?? other.loginUser
        auditSession = auditSession ?? other.auditSession
        container = container ?? other.container
        unit = unit ?? other.unit
    }

    /// The file name of the program, or the short name.
    package var programName: String? {
        guard let executable, let last = executable.split(separator: "/").last else { return name }
        // The kernel's word for a file that was replaced meanwhile.
        return last.hasSuffix(" (deleted)") ? String(last.dropLast(10)) : String(last)
    }
}

extension ProcessDetails {
    private static let shells: Set<String> = ["bash", "zsh", "fish", "sh", "dash", "ksh", "mksh", "ksh93", "rbash"]
    private static let flagsWithValue: Set<String> = ["--rcfile", "--init-file", "-o", "+o", "-O", "+O"]

    /// Whether it is a shell at a terminal that runs neither a script nor `-c`. One that was gone before its arguments
    /// were read is not taken for one: who types takes longer.
    package var isInteractiveShell: Bool {
        guard let programName, Self.shells.contains(programName), let tty, !tty.isEmpty, let arguments
        else { return false }
        var rest = arguments.dropFirst()
        while let word = rest.popFirst() {
            guard word.hasPrefix("-") || word.hasPrefix("+") else { return false }
            if word.hasPrefix("-"), !word.hasPrefix("--"), word.contains("c") { return false }
            if Self.flagsWithValue.contains(word) { _ = rest.popFirst() }
        }
        return true
    }

    /// The helper of the hooks; its short name is cut by the kernel.
    package var isHelper: Bool {
        guard let programName else { return false }
        return programName == "exhaust-cli-report" || programName == "exhaust-cli-rep"
    }
}
