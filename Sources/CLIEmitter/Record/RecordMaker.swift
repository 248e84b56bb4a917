import ExhaustCore
import ExhaustRuntime

/// Makes the data of `exhaust.cli` events, without secrets: docs/schemas/exhaust.cli.json.
struct RecordMaker {
    var redactor: Redactor
    private let bootID: String
    private var names: NameCache

    init(redactor: Redactor, bootID: String, names: NameCache = NameCache()) {
        self.redactor = redactor
        self.bootID = bootID
        self.names = names
    }

    /// The record as telemetry; `received` is `nil` in pipe mode.
    mutating func telemetry(of record: CommandRecord, received: Timestamp?) -> TelemetryRecord {
        TelemetryRecord(
            time: record.ended ?? record.began, recordedTime: received,
            data: data(of: record, now: received ?? record.began))
    }

    mutating func data(of record: CommandRecord, now: Timestamp) -> ValueMap {
        var data: ValueMap = [:]
        data["exhaust.cli.id"] = .string(record.id)
        data["exhaust.cli.state"] = record.ended == nil ? "running" : "ended"
        let views = (record.told == nil ? [] : ["hook"]) + (record.executions.isEmpty ? [] : ["kernel"])
        data["exhaust.cli.views"] = .list(views.map { .string($0) })
        data["exhaust.cli.boot_id"] = .string(bootID)
        if let told = record.told {
            add(told, record, to: &data)
        } else if let one = record.executions.first {
            add(one, to: &data)
            addEnd(of: one, to: &data)
            addWhere(one.details, to: &data, now)
            data["process.working_directory"] = one.details.workingDirectory.map { .string(redactor.redact($0)) }
        }
        if let shell = record.shell { addWhere(shell, to: &data, now) }
        data["process.creation.time"] = .string(record.began.description)
        // Of a command whose shell did not time it only the next one's begin is known.
        if let ended = record.ended, record.told == nil || record.told?.duration != nil || record.shellStatus != nil {
            data["process.exit.time"] = .string(ended.description)
            let duration = record.told?.duration ?? (ended - record.began)
            data["exhaust.cli.duration_seconds"] = .double(duration / .seconds(1))
        }
        if !record.ancestors.isEmpty { data["exhaust.cli.ancestors"] = .list(record.ancestors.map(Self.value)) }
        if record.isHookMissing { data["exhaust.cli.hook_missing"] = true }
        data["exhaust.cli.command_id"] = record.commandID.map { .string($0) }
        return data
    }

    private func add(_ told: CommandRecord.Told, _ record: CommandRecord, to data: inout ValueMap) {
        if !told.lacksStart { data["process.command_line"] = .string(redactor.redact(told.command)) }
        if told.isTruncated { data["exhaust.cli.truncated"] = true }
        if !told.workingDirectory.isEmpty {
            data["process.working_directory"] = .string(redactor.redact(told.workingDirectory))
        }
        data["process.exit.code"] = told.exitCode.map { .int(Int64($0)) }
        if !told.hasEnd { addEnd(status: record.shellStatus, to: &data) }
        // As the kernel's view has it.
        data["exhaust.cli.tty"] = told.tty.map { .string(String($0.hasPrefix("/dev/") ? $0.dropFirst(5) : $0[...])) }
        data["exhaust.cli.shell.name"] = .string(redactor.redact(told.shell))
        data["exhaust.cli.shell.pid"] = .int(Int64(told.shellPID))
        data["exhaust.cli.number"] = .int(Int64(clamping: told.number))
        data["exhaust.cli.sender.uid"] = .int(Int64(told.user))
        data["exhaust.cli.claim"] = .string(told.claim.rawValue)
        if told.claim == .forged { data["exhaust.cli.forged"] = true }
        if record.executions.count == 1, let one = record.executions.first { add(one, to: &data, only: told.command) }
        guard !record.executions.isEmpty else { return }
        data["exhaust.cli.processes"] = .list(
            record.executions.map { one in
                var entry: ValueMap = [:]
                add(one, to: &entry, only: told.command)
                addEnd(of: one, to: &entry)
                entry["process.creation.time"] = .string(one.began.description)
                return .map(entry)
            })
    }

    /// What the process is. With `only` set it stands for a command, whose line is what was typed.
    private func add(_ one: Execution, to data: inout ValueMap, only command: String? = nil) {
        let details = one.details
        data["process.pid"] = .int(Int64(one.pid))
        data["process.parent_pid"] = details.parent.map { .int(Int64($0)) }
        data["process.executable.path"] = details.executable.map { .string(redactor.redact($0)) }
        data["process.executable.name"] = details.programName.map { .string(redactor.redact($0)) }
        data["exhaust.cli.start_ticks"] = details.startTicks.map { .int(Int64(clamping: $0)) }
        if let arguments = details.arguments {
            let arguments = redactor.redact(arguments: arguments)
            data["process.command_args"] = .list(arguments.map { .string($0) })
            if command == nil { data["process.command_line"] = .string(arguments.joined(separator: " ")) }
        }
        // It may go while it is read.
        if details.arguments == nil || details.executable == nil { data["exhaust.cli.incomplete"] = true }
        if details.isTruncated { data["exhaust.cli.truncated"] = true }
    }

    private func addEnd(of one: Execution, to data: inout ValueMap) {
        if one.isReplaced { data["exhaust.cli.replaced"] = true }
        addEnd(status: one.status, to: &data)
    }

    private func addEnd(status: UInt32?, to data: inout ValueMap) {
        guard let status else { return }
        let signal = status & 0x7f
        data[signal == 0 ? "process.exit.code" : "exhaust.exit.signal"] = .int(
            Int64(signal == 0 ? status >> 8 & 0xff : signal))
    }

    /// Who runs it, and in which session, container and unit.
    private mutating func addWhere(_ details: ProcessDetails, to data: inout ValueMap, _ now: Timestamp) {
        if let users = details.users {
            data["process.user.id"] = .int(Int64(users.effective))
            data["process.user.name"] = names.userName(users.effective, now: now).map { .string($0) }
            data["process.real_user.id"] = .int(Int64(users.real))
            data["process.real_user.name"] = names.userName(users.real, now: now).map { .string($0) }
        }
        if let user = details.loginUser {
            data["exhaust.cli.login_user.id"] = .int(Int64(user))
            data["exhaust.cli.login_user.name"] = names.userName(user, now: now).map { .string($0) }
        }
        data["process.group.id"] = details.groups.map { .int(Int64($0.effective)) }
        data["process.session_leader.pid"] = details.session.map { .int(Int64($0)) }
        data["exhaust.cli.audit_session"] = details.auditSession.map { .int(Int64($0)) }
        if let tty = details.tty, !tty.isEmpty, data["exhaust.cli.tty"] == nil {
            data["exhaust.cli.tty"] = .string(tty)
        }
        data["container.id"] = details.container.map { .string($0) }
        data["exhaust.cli.unit"] = details.unit.map { .string($0) }
    }

    private static func value(_ ancestor: Execution.Ancestor) -> Value {
        var entry: ValueMap = ["process.pid": .int(Int64(ancestor.pid))]
        entry["process.executable.name"] = ancestor.name.map { .string($0) }
        return .map(entry)
    }
}
