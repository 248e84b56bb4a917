package import ExhaustCore

// The kernel's side.
extension CommandJoin {
    /// Takes what the kernel told, in its order.
    package mutating func note(_ event: KernelEvent) {
        switch event.change {
        case .fork(let parent):
            table.fork(event.pid, parent: parent)
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
        if let execution = known?.execution { end(execution, at: time, .replaced) }
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
        table[pid] = entry
        if let waiting = held.firstIndex(where: { $0.report.sender.pid == pid }) {
            let (report, shell) = held.remove(at: waiting)
            return apply(report, at: time, shell: shell)
        }
        guard !details.isHelper else { return }
        begin(Execution(pid: pid, details: details, began: time, ancestors: table.ancestors(of: pid)))
    }

    private mutating func begin(_ execution: Execution) {
        let serial = serial()
        guard open.count < limits.executions else {
            untracked += 1
            records.append(record(of: Open(execution: execution)))
            return
        }
        open[serial] = Open(execution: execution, shell: table.shell(of: execution.pid))
        table[execution.pid]?.execution = serial
        if let shell = open[serial]?.shell {
            if let command = command(of: shell, at: execution.began) {
                claim(serial, for: command)
            } else {
                settleLater(serial, from: execution.began)
            }
        } else {
            open[serial]?.isSettled = true
        }
        tellLater(serial, from: execution.began)
        // Audit tells of an exec after the proc connector told of its end.
        if let over = table[execution.pid]?.ended { end(serial, at: over.time, .status(over.status)) }
    }

    /// The command of `shell` that ran at `time`.
    private func command(of shell: Int32, at time: Timestamp) -> Int? {
        table[shell]?.commands.last { serial in
            guard let command = commands[serial], command.record.began <= time else { return false }
            if let ended = command.record.ended { return time <= ended }
            return command.live > 0 || time <= command.lastActive + limits.idle
        }
    }

    private mutating func exit(_ pid: Int32, _ status: UInt32, _ time: Timestamp) {
        guard let entry = table[pid], entry.ended == nil else { return }
        table.end(pid, time: time, status: status)
        if let execution = entry.execution { end(execution, at: time, .status(status)) }
        // `exit` has no end that the shell could tell of.
        for serial in entry.commands where commands[serial]?.record.ended == nil { close(serial, at: time) }
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
            if let execution { end(execution, at: time, .unknown) }
        }
    }

    private mutating func end(_ serial: Int, at time: Timestamp, _ ending: Ending) {
        guard var one = open[serial], one.execution.ended == nil else { return }
        one.execution.ended = max(time, one.execution.began)
        if case .status(let status) = ending { one.execution.status = status }
        one.execution.isReplaced = ending == .replaced
        open[serial] = one
        table[one.execution.pid]?.execution = nil
        if let command = one.command {
            commands[command]?.live -= 1
            commands[command]?.lastActive = time
            emitIfDone(command)
        } else {
            emitIfOver(serial)
        }
    }
}
