package import ExhaustCore
import Glibc

/// Processes: how many in which state and of which program, and those that use most (/proc/PID/stat).
package struct ProcessCollector: Collector {
    package let name = "process"
    package let counters: Set<String> = ["process.disk.io", "process.context_switches"]
    private let folder: ProcessFolder
    private let census: ProcessCensus
    private let top: Int
    private let pageSize: UInt64
    private var table = ProcessTable()
    private var earlierBusyTicks: UInt64?
    /// Seconds for which it is no use to look who else is busy.
    private var pause = 0.0
    /// So much CPU time, as a share of one CPU, may come from processes that were not read.
    private static let unexplainedShare = 0.05

    /// Processes of `roots`; at most `top` by CPU and as many by memory are told of one by one.
    package init(_ roots: Roots, top: Int = 10) {
        folder = ProcessFolder(roots.proc, isRecorded: roots.isRecorded)
        census = ProcessCensus(folder, isOwn: roots.proc == "/proc" && !roots.isRecorded)
        self.top = top
        // Of a recorded tree the page size is not known; 4 KiB is that of nearly all.
        pageSize = roots.isRecorded ? 4096 : UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        let (folder, elapsed) = (folder, moment.elapsed?.inSeconds ?? 0)
        func read(_ pid: UInt32) -> ProcessStatistics? {
            // A process that ended since the folder was listed is normal.
            folder.read("stat", of: pid).flatMap(ProcessStatistics.init)
        }
        let (listing, ended) = try census.take(table.entries.map(\.listed), elapsed: elapsed)
        table.update(listing, ended: ended, elapsed: elapsed, read: read)
        if !ended.isEmpty { census.forget(ended.subtracting(table.entries.map(\.pid))) }
        pause -= elapsed
        let unexplained = unexplained(moment.busyTicks)
        if unexplained > Self.unexplainedShare * CPUTimes.ticksPerSecond * elapsed, pause <= 0 {
            // Somebody else is busy, or was: all are looked at, to see who.
            table.readRest(read)
            // Those who were are gone.
            if self.unexplained(moment.busyTicks) > unexplained / 2 { pause = 60 }
        }
        earlierBusyTicks = moment.busyTicks
        guard !table.entries.isEmpty else {
            throw ExhaustError(.invalidData, "there is no process", at: folder.path)
        }
        let top = table.top(top, read: read)
        let counts = ProcessCounts(table.entries)
        data["exhaust.thread.count"] = counts.threads.value
        data["system.process.count"] = .map(counts.byStatus)
        data["exhaust.process.count"] = .map(counts.byCommand)
        if counts.uncountedCommands > 0 {
            data["exhaust.process.count_left_out"] = .int(Int64(counts.uncountedCommands))
        }
        data["exhaust.processes"] = .list(top.map { .map(describe($0, moment)) })
    }

    /// CPU time since the sample before that none of the processes used which were read, in ticks.
    private func unexplained(_ busyTicks: UInt64?) -> Double {
        guard let busyTicks, let earlierBusyTicks, busyTicks > earlierBusyTicks else { return 0 }
        return Double(busyTicks - earlierBusyTicks) - table.ticksFound
    }

    private func describe(_ entry: ProcessTable.Entry, _ moment: SampleMoment) -> ValueMap {
        let process = entry.process
        var data: ValueMap = [
            "process.pid": .int(Int64(entry.pid)), "process.command": .string(process.command),
            "process.parent_pid": process.parentPID.value, "process.status": .string(process.status),
            "process.cpu.time": .double(Double(process.ticks) / CPUTimes.ticksPerSecond),
        ]
        if let elapsed = entry.span ?? moment.elapsed?.inSeconds, elapsed > 0 {
            let seconds = Double(entry.ticks) / CPUTimes.ticksPerSecond
            data["process.cpu.utilization"] = .double((seconds / elapsed / Double(moment.cpuCount)).short)
        }
        let (bytes, tooLarge) = process.residentPages.multipliedReportingOverflow(by: pageSize)
        data["process.memory.usage"] = tooLarge ? .int(.max) : bytes.value
        data["process.thread.count"] = process.threads.value
        data["process.memory.virtual"] = process.virtualBytes.value
        if let status = folder.read("status", of: entry.pid).map(ProcessStatus.init) {
            data["process.user.id"] = status.userID.map { .int(Int64($0)) }
            if let voluntary = status.voluntarySwitches, let involuntary = status.involuntarySwitches {
                data["process.context_switches"] = [
                    "voluntary": voluntary.value, "involuntary": involuntary.value,
                ]
            }
        }
        data["process.unix.file_descriptor.count"] = folder.descriptorCount(of: entry.pid).map { .int($0) }
        data["process.disk.io"] = folder.read("io", of: entry.pid).flatMap(ProcessStatus.diskIO).map { .map($0) }
        data["process.creation.time"] = creation(of: process, moment).map { .string($0.description) }
        return data
    }

    private func creation(of process: ProcessStatistics, _ moment: SampleMoment) -> Timestamp? {
        guard let boot = moment.bootSecond, (0...Self.lastSecond).contains(boot) else { return nil }
        let ticks = UInt64(CPUTimes.ticksPerSecond)
        let seconds = Int64(clamping: process.startTicks / ticks)
        guard seconds <= Self.lastSecond else { return nil }
        return Timestamp(seconds: boot + seconds, nanoseconds: Int64(process.startTicks % ticks) * 10_000_000)
    }

    /// The last second of the year 3000: times beyond are nonsense that a date has no room for.
    private static let lastSecond: Int64 = 32_535_215_999
}
