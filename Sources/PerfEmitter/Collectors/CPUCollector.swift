package import ExhaustCore

/// CPU time and utilization, of all CPUs and of each; interrupts, context switches and forks (/proc/stat).
package struct CPUCollector: Collector {
    package let name = "cpu"
    // Of CPU time the utilization is the rate.
    package let counters: Set<String> = [
        "exhaust.cpu.interrupts", "exhaust.cpu.context_switches", "system.process.created",
    ]
    private let file: ByteFile
    private let topology: CPUTopology
    private var earlier: CPUTimes?
    private var earlierByNumber: [UInt64: CPUTimes] = [:]
    private var bootSecond: Int64?
    private var coreCount: (logical: Int, physical: Int?)?

    package init(_ roots: Roots) {
        file = ByteFile("\(roots.proc)/stat")
        topology = CPUTopology(sys: roots.sys)
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        guard let statistics = KernelStatistics(try file.read()) else {
            throw ExhaustError(.invalidData, "there is no usable line of CPU times", at: file.path)
        }
        note(statistics, in: &moment)
        data["system.cpu.logical.count"] = .int(Int64(statistics.cpuCount))
        if coreCount?.logical != statistics.cpuCount {
            coreCount = (statistics.cpuCount, topology.physicalCount())
        }
        data["system.cpu.physical.count"] = coreCount?.physical.map { .int(Int64($0)) }
        Self.describe(statistics.cpu, since: earlier, in: &data)
        earlier = statistics.cpu
        data["system.cpu"] = .list(statistics.cpus.map { .map(describe($0.number, $0.times)) })
        // A CPU that went offline begins anew when it comes back.
        earlierByNumber = Dictionary(statistics.cpus.map { ($0.number, $0.times) }) { _, last in last }
        let totals = statistics.totals
        data["exhaust.cpu.interrupts"] = totals.interrupts?.value
        data["exhaust.cpu.context_switches"] = totals.contextSwitches?.value
        data["system.process.created"] = totals.created?.value
        data["exhaust.process.runnable"] = totals.runnable?.value
        data["exhaust.process.blocked"] = totals.blocked?.value
        data["exhaust.boot.time"] = moment.bootSecond.map { .int($0) }
    }

    private func describe(_ number: UInt64, _ times: CPUTimes) -> ValueMap {
        var data: ValueMap = ["cpu.logical_number": number.value]
        Self.describe(times, since: earlierByNumber[number], in: &data)
        data["exhaust.cpu.guest_time"] = [
            "user": .double(Double(times.guest) / CPUTimes.ticksPerSecond),
            "nice": .double(Double(times.guestNice) / CPUTimes.ticksPerSecond),
        ]
        return data
    }

    private static func describe(_ times: CPUTimes, since earlier: CPUTimes?, in data: inout ValueMap) {
        data["system.cpu.time"] = .map(
            ValueMap(times.modes.map { ($0.name, .double(Double($0.ticks) / CPUTimes.ticksPerSecond)) }))
        if let earlier, let shares = times.shares(since: earlier) {
            data["system.cpu.utilization"] = .map(ValueMap(shares.map { ($0.name, .double($0.share)) }))
        }
    }

    private mutating func note(_ statistics: KernelStatistics, in moment: inout SampleMoment) {
        moment.cpuCount = max(statistics.cpuCount, 1)
        let cpu = statistics.cpu
        moment.busyTicks = cpu.user.addingClamped(cpu.nice).addingClamped(cpu.system)
        // The kernel derives the second of boot from the clock, so that it wavers by one.
        if let found = statistics.bootSecond {
            if let known = bootSecond, found.distance(to: known).magnitude <= 1 {} else { bootSecond = found }
        }
        moment.bootSecond = bootSecond
    }
}
