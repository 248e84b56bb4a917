import ExhaustCore

@testable import CLIEmitter

/// A join in virtual time: one `tick` is a millisecond.
struct JoinBench {
    var join: CommandJoin
    var records: [CommandRecord] = []
    private(set) var now = Timestamp(seconds: 1_790_000_000)

    init(limits: CommandJoin.Limits = .init(), hasKernel: Bool = true) {
        join = CommandJoin(bootID: "boot", hasKernel: hasKernel, limits: limits)
    }

    mutating func wait(_ duration: Duration) {
        now = now + duration
        records += join.advance(to: now)
    }

    mutating func kernel(_ pid: Int32, _ change: KernelEvent.Change) {
        wait(.milliseconds(1))
        join.note(KernelEvent(pid: pid, time: now, change))
    }

    /// An interactive shell that has run for a while.
    mutating func shell(_ pid: Int32, user: UInt32 = 1000, arguments: [String] = ["-bash"]) {
        var details = Self.program("/bin/bash", arguments, parent: 1, user: user)
        details.tty = "pts/1"
        kernel(pid, .found(details))
    }

    mutating func run(_ pid: Int32, parent: Int32, _ program: String = "/bin/ls", exit: UInt32? = 0) {
        kernel(pid, .fork(parent: parent))
        kernel(pid, .exec(Self.program(program, [program])))
        if let exit { kernel(pid, .exit(status: exit)) }
    }

    /// The helper of `shell` runs and reports.
    mutating func report(
        _ phase: HookReport.Phase, _ shell: Int32, _ number: UInt64, helper: Int32, user: UInt32 = 1000,
        parent: Int32? = nil, exit: Int32? = nil
    ) {
        run(helper, parent: parent ?? shell, "/usr/local/bin/exhaust-cli-report")
        send(phase, shell, number, helper: helper, user: user, exit: exit)
    }

    mutating func send(
        _ phase: HookReport.Phase, _ shell: Int32, _ number: UInt64, helper: Int32, user: UInt32 = 1000,
        exit: Int32? = nil
    ) {
        let report = HookReport(
            phase: phase, shell: "bash", shellPID: shell, number: number, command: phase == .start ? "c\(number)" : "",
            workingDirectory: "/home", exitCode: exit, sender: .init(pid: helper, uid: user, gid: user), received: now)
        join.note(report, shell: nil)
    }

    static func program(
        _ path: String, _ arguments: [String], parent: Int32? = nil, user: UInt32? = nil
    ) -> ProcessDetails {
        var details = ProcessDetails()
        details.executable = path
        details.arguments = arguments
        details.parent = parent
        details.users = user.map { .init(real: $0, effective: $0) }
        return details
    }
}
