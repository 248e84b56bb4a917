package import ExhaustCore
package import ExhaustRuntime

/// Makes the data of `exhaust.acct` events out of records.
package struct RecordTelemetry: Sendable {
    private var names: NameCache

    /// Telemetry with names from `names`.
    package init(names: NameCache = NameCache()) { self.names = names }

    /// The fields of docs/schemas/exhaust.acct.json for `record`; names are those of `now`.
    package mutating func data(of record: AcctRecord, now: Timestamp) -> ValueMap {
        var data = names(
            command: record.command, pid: record.pid, parentPID: record.parentPID, userID: record.userID,
            groupID: record.groupID, now: now)
        add(record.exit, to: &data)
        data["process.creation.time"] = .string(Timestamp(seconds: Int64(record.startSecond)).description)
        addMeasures(of: record, to: &data)
        data["exhaust.acct.tty"] = record.terminal.map { .string($0.description) }
        data["exhaust.acct.flags"] = .list(record.flags.names.map { .string($0) })
        data["exhaust.acct.version"] = .int(Int64(record.version))
        return data
    }

    /// The fields of `record` with what else is known of its process.
    mutating func data(
        of record: AcctRecord, _ totals: ProcessTotals?, _ details: ProcessDetails?, now: Timestamp
    ) -> ValueMap {
        var data = data(of: record, now: now)
        if let totals { ProcessTelemetry.add(totals, to: &data) }
        if let details { ProcessTelemetry.add(details, &names, now: now, to: &data) }
        return data
    }

    /// The fields of a process that has no record.
    mutating func data(of totals: ProcessTotals, now: Timestamp) -> ValueMap {
        let task = totals.last
        var data = names(
            command: task.command, pid: task.processID, parentPID: task.parentPID, userID: task.userID,
            groupID: task.groupID, now: now)
        add(ProcessEnd(waitStatus: totals.waitStatus), to: &data)
        let start = Timestamp(seconds: Int64(clamping: totals.startSecond))
        data["process.creation.time"] = .string(start.description)
        data["exhaust.acct.flags"] = .list(task.flags.names.map { .string($0) })
        ProcessTelemetry.add(totals, to: &data)
        if let details = totals.details { ProcessTelemetry.add(details, &names, now: now, to: &data) }
        return data
    }

    private mutating func names(
        command: [UInt8], pid: UInt32, parentPID: UInt32, userID: UInt32, groupID: UInt32, now: Timestamp
    ) -> ValueMap {
        var data: ValueMap = [:]
        data["process.command"] = .string(String(decoding: command, as: UTF8.self))
        // What is not UTF-8 was replaced above; the bytes are kept beside it.
        if String(validating: command, as: UTF8.self) == nil { data["exhaust.process.command_raw"] = .bytes(command) }
        data["process.pid"] = .int(Int64(pid))
        data["process.parent_pid"] = .int(Int64(parentPID))
        data["process.user.id"] = .int(Int64(userID))
        data["process.user.name"] = names.userName(userID, now: now).map { .string($0) }
        data["process.group.id"] = .int(Int64(groupID))
        data["process.group.name"] = names.groupName(groupID, now: now).map { .string($0) }
        return data
    }

    private func add(_ exit: ProcessEnd, to data: inout ValueMap) {
        switch exit {
        case .exited(let code):
            data["process.exit.code"] = .int(Int64(code))
        case .killed(let signal, let coreDumped):
            data["exhaust.exit.signal"] = .int(Int64(signal))
            data["exhaust.exit.signal_name"] = .string(SignalName.of(signal))
            data["exhaust.exit.core_dumped"] = .bool(coreDumped)
        case .other(let status):
            data["exhaust.exit.status"] = .int(Int64(status))
        }
    }

    private func addMeasures(of record: AcctRecord, to data: inout ValueMap) {
        data["exhaust.acct.elapsed_seconds"] = .double(record.elapsedSeconds)
        data["exhaust.acct.user_seconds"] = .double(Double(record.userTicks) / AcctRecord.ticksPerSecond)
        data["exhaust.acct.system_seconds"] = .double(Double(record.systemTicks) / AcctRecord.ticksPerSecond)
        data["exhaust.acct.average_memory_kib"] = .int(Int64(record.averageMemoryKiB))
        data["exhaust.acct.minor_faults"] = .int(Int64(record.minorFaults))
        data["exhaust.acct.major_faults"] = .int(Int64(record.majorFaults))
        data["exhaust.acct.io"] = .int(Int64(record.transferred))
    }
}
