import ExhaustCore

// The shells' side.
extension CommandJoin {
    private static let heldLimit = 4096

    /// Takes a shell's report; `shell` is what /proc said of the process that it names.
    package mutating func note(_ report: HookReport, shell: ProcessDetails?) {
        let sender = table[report.sender.pid]
        if !hasKernel {
            apply(report, at: report.received, shell: shell)
        } else if let began = sender?.programBegan, sender?.isCopy == false {
            apply(report, at: began, shell: shell)
        } else if held.count < Self.heldLimit {
            held.append((report, shell))
        } else {
            untracked += 1
            apply(report, at: report.received, shell: shell)
        }
    }

    /// Takes a report as of `time`.
    mutating func apply(_ report: HookReport, at time: Timestamp, shell: ProcessDetails?) {
        forgetHelper(report.sender.pid)
        let pid = report.shellPID
        if table[pid] == nil {
            table[pid] = ProcessTable.Entry(details: .init(), parent: shell?.parent ?? 0, isCopy: false)
        }
        if let shell, let known = table[pid]?.details {
            // Without the kernel's view nobody says that a pid is another's now.
            table[pid]?.details = hasKernel ? known.merging(shell) : shell
        }
        let claim = claim(of: report, at: time)
        guard claim != .forged else {
            // Nothing else may be said of it than what it claims.
            if let serial = begin(report, at: time, claim) { finish(serial, report, at: time) }
            return
        }
        // A late report is of a shell that may be another program by now.
        if isCurrent(pid, at: time) { table[pid]?.hasHook = true }
        switch report.phase {
        case .start:
            closePrevious(pid, at: time)
            guard let serial = begin(report, at: time, claim) else { return }
            table[pid]?.commands.append(serial)
            tellLater(serial, from: time)
            claimWaiting(for: serial, of: pid, since: time)
            for copy in table.copies(since: time) { hold(copy) }
            if let over = table[pid]?.ended { leaving.append((pid, over.status, over.time)) }
        case .end:
            table[pid]?.lastCommandEnded = time
            let match = table[pid]?.commands.last { serial in
                guard let record = commands[serial]?.record else { return false }
                return record.told?.number == report.number && record.ended == nil
            }
            if let serial = match ?? begin(report, at: time, claim) { finish(serial, report, at: time) }
        }
    }

    private func isCurrent(_ pid: Int32, at time: Timestamp) -> Bool {
        table[pid]?.programBegan.map { $0 <= time } ?? true
    }

    private func claim(of report: HookReport, at time: Timestamp) -> CommandRecord.Claim {
        let sender = table[report.sender.pid]
        if let sender, sender.parent != report.shellPID { return .forged }
        // The users of what the shell became are not the shell's.
        let shell = isCurrent(report.shellPID, at: time) ? table[report.shellPID] : nil
        if let users = shell?.details.users, users.real != report.sender.uid, users.effective != report.sender.uid {
            return .forged
        }
        return sender == nil || shell?.details.users == nil ? .unverified : .verified
    }

    /// A command begins; `nil` if there is no room, and then all that is known is told at once.
    private mutating func begin(_ report: HookReport, at time: Timestamp, _ claim: CommandRecord.Claim) -> Int? {
        var record = CommandRecord(id: id(pid: report.shellPID, time), began: time)
        record.told = CommandRecord.Told(
            shell: report.shell, shellPID: report.shellPID, number: report.number, command: report.command,
            isTruncated: report.isTruncated, workingDirectory: report.workingDirectory, tty: report.tty,
            user: report.sender.uid, claim: claim, lacksStart: report.phase == .end)
        if claim != .forged {
            record.shell = table[report.shellPID]?.details
            record.ancestors = table.ancestors(of: report.shellPID)
        }
        guard commands.count < limits.commands else {
            untracked += 1
            records.append(record)
            return nil
        }
        let serial = serial()
        commands[serial] = Command(record: record, lastActive: time)
        return serial
    }

    /// What a shell ran before its report came is the command's if it ran after the report was sent.
    private mutating func claimWaiting(for serial: Int, of shell: Int32, since time: Timestamp) {
        for one in unsettled {
            guard let waiting = open[one], waiting.shell == shell, waiting.command == nil, !waiting.isSettled,
                waiting.forked >= time
            else { continue }
            claim(one, for: serial)
        }
        closeIfReplaced(serial)
    }

    /// A shell that became another program is done with the command by which it did: what is typed there, if it is a
    /// shell again, is not the command's.
    mutating func closeIfReplaced(_ serial: Int) {
        guard let command = commands[serial], command.record.ended == nil, let shell = command.record.told?.shellPID,
            let program = command.executions.last(where: { open[$0]?.execution.pid == shell }),
            let began = open[program]?.execution.began
        else { return }
        table[shell]?.became = serial
        close(serial, at: began)
    }

    private mutating func finish(_ serial: Int, _ report: HookReport, at time: Timestamp) {
        commands[serial]?.record.told?.hasEnd = report.phase == .end
        commands[serial]?.record.told?.exitCode = report.exitCode
        commands[serial]?.record.told?.duration = report.duration
        close(serial, at: time)
    }

    private mutating func closePrevious(_ shell: Int32, at time: Timestamp) {
        for serial in table[shell]?.commands ?? [] where commands[serial]?.record.ended == nil {
            close(serial, at: time)
        }
    }

    /// The shell is done with a command at `time`; what it ran since is not the command's.
    mutating func close(_ serial: Int, at time: Timestamp) {
        guard let command = commands[serial] else { return }
        commands[serial]?.record.ended = max(time, command.record.began)
        for one in command.executions {
            guard let late = open[one], late.forked > time else { continue }
            commands[serial]?.executions.removeAll { $0 == one }
            if late.execution.ended == nil { commands[serial]?.live -= 1 }
            open[one]?.command = nil
            open[one]?.isSettled = true
            emitIfOver(one)
        }
        emitIfDone(serial)
    }

    /// A command of which shell and processes are done becomes a record.
    mutating func emitIfDone(_ serial: Int) {
        guard let command = commands[serial], command.record.ended != nil, command.live == 0 else { return }
        records.append(record(of: command))
        commands[serial] = nil
        for one in command.executions { open[one] = nil }
        if let shell = command.record.told?.shellPID { table[shell]?.commands.removeAll { $0 == serial } }
    }

    /// Gives an execution to a command, or tells of it alone with the command's id if that has too many.
    mutating func claim(_ one: Int, for serial: Int) {
        guard let command = commands[serial] else { return }
        guard command.executions.count < limits.executionsPerCommand else {
            open[one]?.commandID = command.record.id
            open[one]?.isSettled = true
            return emitIfOver(one)
        }
        commands[serial]?.executions.append(one)
        open[one]?.command = serial
        if open[one]?.execution.ended == nil { commands[serial]?.live += 1 }
    }

    /// The helper's own execution is no command, even if it ran too short to be known by its name.
    private mutating func forgetHelper(_ pid: Int32) {
        guard let entry = table[pid] else { return }
        let near = unsettled + (table[entry.parent]?.commands ?? []).flatMap { commands[$0]?.executions ?? [] }
        let found = entry.execution ?? near.last { open[$0]?.execution.pid == pid }
        guard let found, let one = open.removeValue(forKey: found) else { return }
        table[pid]?.execution = nil
        guard let command = one.command else { return }
        commands[command]?.executions.removeAll { $0 == found }
        if one.execution.ended == nil { commands[command]?.live -= 1 }
    }
}
