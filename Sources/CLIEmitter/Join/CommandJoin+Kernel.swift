package import ExhaustCore

// The kernel's side.
extension CommandJoin {
    /// Takes what the kernel told, in its order.
    package mutating func note(_ event: KernelEvent) {
        switch event.change {
        case .fork(let parent):
            release(event.pid)
            table.fork(event.pid, parent: parent, at: event.time)
            hold(event.pid)
        case .found(let details):
            table[event.pid] = ProcessTable.Entry(details: details, parent: details.parent ?? 0, isCopy: false)
        case .users(let real, let effective):
            table[event.pid]?.details.users = ProcessDetails.Users(real: real, effective: effective)
        case .exec(let details):
            exec(event.pid, details, event.time)
        case .exit(let status):
            exit(event.pid, status, event.time)
        }
    }

    private mutating func exec(_ pid: Int32, _ details: ProcessDetails, _ time: Timestamp) {
        let known = table[pid]
        // Last, since a command that becomes one program after another is not over in between.
        defer {
            release(pid)
            if let execution = known?.execution { end(execution, at: time, .replaced) }
        }
        var details = details
        if let known {
            details.inherit(from: known.details)
            details.startTicks = details.startTicks ?? known.details.startTicks
        }
        // The parent that forked it; /proc names another if that one is gone.
        let parent = known?.parent ?? details.parent ?? 0
        details.parent = parent
        var entry = known ?? ProcessTable.Entry(details: details, parent: parent, isCopy: false)
        entry.details = details
        entry.isCopy = false
        entry.programBegan = time
        entry.execution = nil
        entry.hasHook = false
        if known?.isShell == true { entry.forked = time }
        table[pid] = entry
        if let waiting = held.firstIndex(where: { $0.report.sender.pid == pid }) {
            let (report, shell) = held.remove(at: waiting)
            return apply(report, at: time, shell: shell)
        }
        guard !details.isHelper else { return }
        begin(Execution(pid: pid, details: details, began: time, ancestors: table.ancestors(of: pid)), after: known)
    }

    /// An execution begins, in a process that was `known` as another program.
    private mutating func begin(_ execution: Execution, after known: ProcessTable.Entry?) {
        let serial = serial()
        guard open.count < limits.executions else {
            untracked += 1
            records.append(record(of: Open(execution: execution, forked: execution.began)))
            return
        }
        let pid = execution.pid
        let isShell = known?.isShell ?? false
        let shell = isShell || isWaiting(known, for: pid) ? pid : table.shell(of: pid)
        let began = isShell ? known?.programBegan : shell.flatMap { table[$0]?.programBegan }
        let forked = table[pid]?.forked ?? execution.began
        open[serial] = Open(execution: execution, forked: forked, shell: shell, shellBegan: began)
        table[pid]?.execution = serial
        let became = isShell ? nil : known?.became.flatMap { commands[$0] == nil ? nil : $0 }
        if let command = became ?? shell.flatMap({ command(of: $0, at: forked) }) {
            claim(serial, for: command)
            closeIfReplaced(command)
        } else if shell != nil {
            settleLater(serial, from: execution.began)
        } else {
            open[serial]?.isSettled = true
        }
        tellLater(serial, from: execution.began)
        // Audit tells of an exec after the proc connector told of its end.
        if let over = table[pid]?.ended { end(serial, at: over.time, .status(over.status)) }
    }

    /// Whether a process is a shell that became a program for a command which is not told yet.
    private func isWaiting(_ known: ProcessTable.Entry?, for pid: Int32) -> Bool {
        guard let one = known?.execution.flatMap({ open[$0] }) else { return false }
        return one.shell == pid && one.command == nil
    }

    /// The command of `shell` that ran at `time`.
    private func command(of shell: Int32, at time: Timestamp) -> Int? {
        table[shell]?.commands.last { serial in
            guard let command = commands[serial], command.record.began <= time else { return false }
            if let ended = command.record.ended { return time <= ended }
            return !command.isAtPrompt && (command.live > 0 || time <= command.lastActive + limits.idle)
        }
    }

    private mutating func exit(_ pid: Int32, _ status: UInt32, _ time: Timestamp) {
        guard let entry = table[pid], entry.ended == nil else { return }
        table.end(pid, time: time, status: status)
        release(pid)
        if let execution = entry.execution { end(execution, at: time, .status(status)) }
        if entry.isShell || !entry.commands.isEmpty { leaving.append((pid, status, time)) }
    }

    /// A copy of a shell keeps the command open for which it was forked, until it runs a program or ends.
    mutating func hold(_ pid: Int32) {
        guard let entry = table[pid], entry.holds == nil, let forked = entry.forked, let shell = table.shell(of: pid),
            let serial = command(of: shell, at: forked)
        else { return }
        table[pid]?.holds = serial
        commands[serial]?.live += 1
    }

    private mutating func release(_ pid: Int32) {
        guard let serial = table[pid]?.holds else { return }
        table[pid]?.holds = nil
        commands[serial]?.live -= 1
        emitIfDone(serial)
    }

    /// A shell ended, and with it the command that it was at: `exit` has no end that it could tell of. A command of
    /// which nothing ran for long, or whose shell was at its prompt, had ended before, and its end was not told.
    mutating func leave(_ pid: Int32, status: UInt32, at time: Timestamp) {
        for serial in table[pid]?.commands ?? [] {
            guard let command = commands[serial], command.record.ended == nil else { continue }
            let isIdle = command.live == 0 && command.lastActive + limits.idle < time
            if !isIdle, !command.isAtPrompt { commands[serial]?.record.shellStatus = status }
            close(serial, at: time)
        }
    }

    /// How an execution ends.
    private enum Ending: Equatable {
        case status(UInt32)
        /// By another exec of its process.
        case replaced
        case unknown
    }

    /// Ends what does not run any more, of `alive`, after a loss: its exit may have been lost.
    package mutating func reconcile(alive: Set<Int32>, at time: Timestamp) {
        for pid in table.running where !alive.contains(pid) {
            let execution = table[pid]?.execution
            for serial in table[pid]?.commands ?? [] where commands[serial]?.record.ended == nil {
                close(serial, at: time)
            }
            table.end(pid, time: time, status: 0)
            release(pid)
            if let execution { end(execution, at: time, .unknown) }
        }
    }

    private mutating func end(_ serial: Int, at time: Timestamp, _ ending: Ending) {
        guard var one = open[serial], one.execution.ended == nil else { return }
        one.execution.ended = max(time, one.execution.began)
        if case .status(let status) = ending { one.execution.status = status }
        one.execution.isReplaced = ending == .replaced
        open[serial] = one
        if table[one.execution.pid]?.execution == serial { table[one.execution.pid]?.execution = nil }
        if let command = one.command {
            commands[command]?.live -= 1
            commands[command]?.lastActive = time
            emitIfDone(command)
        } else {
            emitIfOver(serial)
        }
    }
}
