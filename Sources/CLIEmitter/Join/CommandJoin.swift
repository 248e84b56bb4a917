package import ExhaustCore

/// Joins what shells tell with what the kernel tells: one record a command.
///
/// A value: events and times go in, records come out. A report has its place among the kernel's events by the exec of
/// the helper that sent it, so no clock decides which execution belongs to which command.
package struct CommandJoin: Sendable {
    /// Times and bounds.
    package struct Limits: Sendable {
        /// How long an execution at an interactive shell waits for a report, and a report for its helper's exec.
        package var settling: Duration = .seconds(2)
        package var reporting: Duration = .seconds(1)
        /// After which a command that runs is told of, and again at its end.
        package var running: Duration = .seconds(60)
        /// A command without an end whose processes are gone for so long has none any more.
        package var idle: Duration = .seconds(10)
        /// What a shell runs for so long after its start and after a command is its own, not typed.
        package var startup: Duration = .seconds(2)
        package var prompt: Duration = .seconds(1)
        package var executionsPerCommand = 256
        package var executions = 20_000
        package var commands = 4096
        package var processes = 131_072

        package init() {}
    }

    /// An execution with what was decided of it.
    struct Open: Sendable {
        var execution: Execution
        /// When its shell forked for it: a job in the background may exec after its command's end.
        var forked: Timestamp
        /// The shell at which it may have been typed, and since when that one runs.
        var shell: Int32?
        var shellBegan: Timestamp?
        var command: Int?
        var commandID: String?
        var isSettled = false
        /// Whether there was an event that said that it runs.
        var isTold = false
        var isHookMissing = false
    }

    /// A command that a hook told of.
    struct Command: Sendable {
        var record: CommandRecord
        var executions: [Int] = []
        /// How many of these and of the shell's copies run.
        var live = 0
        var isTold = false
        var lastActive: Timestamp
        /// How often in a row its shell was seen at the prompt, though no end was told.
        var sightings = 0
        /// Once may be the moment in which fish has told of a command and not begun it.
        var isAtPrompt: Bool { sightings > 1 }
    }

    let limits: Limits
    /// Whether there is a kernel view at all.
    let hasKernel: Bool
    let bootID: String
    var table: ProcessTable
    var open: [Int: Open] = [:]
    var commands: [Int: Command] = [:]
    var held: [(report: HookReport, shell: ProcessDetails?)] = []
    var records: [CommandRecord] = []
    private var number = 0
    private var settling = Queue<(serial: Int, due: Timestamp)>()
    private var running = Queue<(serial: Int, due: Timestamp)>()
    /// Shells that ended: what they ran last, and their report of it, may come a little later.
    var leaving = Queue<(pid: Int32, status: UInt32, time: Timestamp)>()
    var untracked = 0

    /// An empty state; without `hasKernel` reports are taken as they come.
    package init(bootID: String, hasKernel: Bool, limits: Limits = Limits()) {
        self.limits = limits
        self.hasKernel = hasKernel
        self.bootID = bootID
        table = ProcessTable(limit: limits.processes)
    }

    /// How many executions, commands and processes found no room: they are told of at once, or not followed.
    package var overflow: Int { untracked + table.overflow }

    /// Takes time to `now`, and gives all records that are due.
    package mutating func advance(to now: Timestamp) -> [CommandRecord] {
        while let first = held.first, first.report.received + limits.reporting <= now {
            held.removeFirst()
            apply(first.report, at: first.report.received, shell: first.shell)
        }
        while let first = leaving.first, first.time + limits.reporting <= now {
            leaving.removeFirst()
            leave(first.pid, status: first.status, at: first.time)
        }
        while let first = settling.first, first.due <= now {
            settling.removeFirst()
            settle(first.serial)
        }
        while let first = running.first, first.due <= now {
            running.removeFirst()
            tellRunning(first.serial)
        }
        table.sweep(now: now)
        defer { records = [] }
        return records
    }

    /// Gives a record of all that is open, as the emitter stops.
    package mutating func finish() -> [CommandRecord] {
        for waiting in held { apply(waiting.report, at: waiting.report.received, shell: waiting.shell) }
        held = []
        for shell in leaving.waiting { leave(shell.pid, status: shell.status, at: shell.time) }
        for (serial, command) in commands.sorted(by: { $0.key < $1.key }) {
            if !command.isTold { records.append(record(of: command)) }
            commands[serial] = nil
            for execution in command.executions { open[execution] = nil }
        }
        for one in open.sorted(by: { $0.key < $1.key }).map(\.value) where !one.isTold {
            records.append(record(of: one))
        }
        open = [:]
        defer { records = [] }
        return records
    }

    /// The shells of which a command has no end yet.
    var busyShells: [Int32] {
        commands.values.compactMap { $0.record.ended == nil && !$0.isAtPrompt ? $0.record.told?.shellPID : nil }
    }

    /// A look at the busy shells found that `shells` are at their prompts: if the next one does as well, their hooks
    /// were switched off within the last command, which takes no more processes.
    mutating func noteAtPrompt(_ shells: Set<Int32>) {
        for shell in busyShells {
            for serial in table[shell]?.commands ?? [] where commands[serial]?.isAtPrompt == false {
                commands[serial]?.sightings += 1
                if !shells.contains(shell) { commands[serial]?.sightings = 0 }
            }
        }
    }

    mutating func serial() -> Int {
        number += 1
        return number
    }

    mutating func settleLater(_ serial: Int, from time: Timestamp) {
        settling.append((serial, time + limits.settling))
    }

    mutating func tellLater(_ serial: Int, from time: Timestamp) { running.append((serial, time + limits.running)) }

    /// The executions that wait for a report.
    var unsettled: [Int] { settling.waiting.map(\.serial) }

    func id(pid: Int32, _ time: Timestamp) -> String {
        "\(bootID)-\(pid)-\(time.seconds &* 1_000_000_000 &+ Int64(time.nanoseconds))"
    }

    private mutating func settle(_ serial: Int) {
        guard var one = open[serial], one.command == nil, !one.isSettled else { return }
        one.isSettled = true
        one.isHookMissing = isTyped(one)
        open[serial] = one
        emitIfOver(serial)
    }

    /// Whether what a shell ran is neither of its start nor of its prompt.
    private func isTyped(_ one: Open) -> Bool {
        guard let shell = one.shell else { return false }
        let time = one.forked
        if let began = one.shellBegan, time <= began + limits.startup { return false }
        if let ended = table[shell]?.lastCommandEnded, time >= ended, time <= ended + limits.prompt { return false }
        return true
    }

    /// A settled execution that no command has is a record of its own once it ended.
    mutating func emitIfOver(_ serial: Int) {
        guard let one = open[serial], one.isSettled, one.command == nil, one.execution.ended != nil else { return }
        records.append(record(of: one))
        open[serial] = nil
    }

    private mutating func tellRunning(_ serial: Int) {
        if let command = commands[serial] {
            commands[serial]?.isTold = true
            records.append(record(of: command, isOver: false))
        } else if let one = open[serial], one.command == nil {
            open[serial]?.isTold = true
            records.append(record(of: one))
        }
    }

    func record(of one: Open) -> CommandRecord {
        var record = CommandRecord(
            id: id(pid: one.execution.pid, one.execution.began), began: one.execution.began, ended: one.execution.ended)
        record.executions = [one.execution]
        record.ancestors = one.execution.ancestors
        record.isHookMissing = one.isHookMissing
        record.commandID = one.commandID
        return record
    }

    func record(of command: Command, isOver: Bool = true) -> CommandRecord {
        var record = command.record
        record.executions = command.executions.compactMap { open[$0]?.execution }
        // With a process in the background it is over when that is.
        let last = record.executions.compactMap(\.ended).max()
        record.ended = isOver ? record.ended.map { max($0, last ?? $0) } : nil
        if let shell = record.told?.shellPID, let program = record.executions.last(where: { $0.pid == shell }) {
            record.shellStatus = program.status
        }
        return record
    }
}
