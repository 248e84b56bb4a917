import ExhaustCore
import ExhaustRuntime

/// Adds to the data of an event what taskstats and /proc know.
enum ProcessTelemetry {
    /// The fields of a process that taskstats told of, beside those of its record: all but names.
    static func add(_ totals: ProcessTotals, to data: inout ValueMap) {
        let usage = totals.usage
        data["exhaust.acct.elapsed_seconds"] = .double(Double(totals.last.processMicroseconds) / 1e6)
        add(seconds: Double(usage.userMicroseconds) / 1e6, "exhaust.acct.user_seconds", to: &data)
        add(seconds: Double(usage.systemMicroseconds) / 1e6, "exhaust.acct.system_seconds", to: &data)
        for (field, sum) in zip(TaskUsage.sums, usage.sums).dropFirst(2) {
            // A record counts the tasks as well that ended before the emitter listened.
            let known = data["exhaust.acct.\(field.name)"]?.int ?? 0
            data["exhaust.acct.\(field.name)"] = .int(max(known, Int64(clamping: sum)))
        }
        data["exhaust.acct.peak_resident_kib"] = .int(Int64(clamping: usage.peakResidentKiB))
        data["exhaust.acct.peak_virtual_kib"] = .int(Int64(clamping: usage.peakVirtualKiB))
        for (index, field) in TaskUsage.delays.enumerated() where usage.delayCounts[index] > 0 {
            data["exhaust.acct.delay_\(field.name)_count"] = .int(Int64(clamping: usage.delayCounts[index]))
            data["exhaust.acct.delay_\(field.name)_seconds"] = .double(Double(usage.delayNanoseconds[index]) / 1e9)
        }
        data["exhaust.acct.tasks"] = .int(Int64(totals.tasks))
        data["exhaust.acct.taskstats_version"] = .int(Int64(totals.last.version))
        guard totals.last.executableInode != 0 else { return }
        data["exhaust.acct.executable_device"] = .string(device(totals.last.executableDevice))
        data["exhaust.acct.executable_inode"] = .int(Int64(clamping: totals.last.executableInode))
    }

    /// The larger of what is there, in steps of 10 ms, and the precise one, which may lack tasks that ended early.
    private static func add(seconds: Double, _ key: String, to data: inout ValueMap) {
        let known = data[key]?.number ?? 0
        data[key] = .double(known > seconds + 0.02 ? known : seconds)
    }

    /// A device as `Terminal` writes one, from `new_encode_dev` of the kernel.
    private static func device(_ number: UInt64) -> String {
        "\((number & 0xf_ff00) >> 8):\((number & 0xff) | (number >> 12 & 0xf_ff00))"
    }

    /// What /proc knew.
    static func add(_ details: ProcessDetails, _ names: inout NameCache, now: Timestamp, to data: inout ValueMap) {
        data["process.executable.path"] = details.executable.map { .string($0) }
        if let user = details.loginUserID {
            data["exhaust.process.login_user.id"] = .int(Int64(user))
            data["exhaust.process.login_user.name"] = names.userName(user, now: now).map { .string($0) }
        }
        guard let group = details.cgroup else { return }
        data["exhaust.process.cgroup"] = .string(group.path)
        data["container.id"] = group.container.map { .string($0) }
        data["exhaust.systemd.unit"] = group.unit.map { .string($0) }
    }
}
