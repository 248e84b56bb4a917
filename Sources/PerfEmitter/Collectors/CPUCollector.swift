package import ExhaustCore

/// CPU time and utilization (/proc/stat), and how many CPUs there are.
package struct CPUCollector: Collector {
    package let name = "cpu"
    private let file: ByteFile
    private let topology: CPUTopology
    private var earlier: CPUTimes?
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
        data["system.cpu.time"] = .map(
            ValueMap(statistics.cpu.modes.map { ($0.name, .double(Double($0.ticks) / CPUTimes.ticksPerSecond)) }))
        if let earlier, let shares = statistics.cpu.shares(since: earlier) {
            data["system.cpu.utilization"] = .map(ValueMap(shares.map { ($0.name, .double($0.share)) }))
        }
        earlier = statistics.cpu
    }

    private mutating func note(_ statistics: KernelStatistics, in moment: inout SampleMoment) {
        moment.cpuCount = max(statistics.cpuCount, 1)
        // The kernel derives the second of boot from the clock, so that it wavers by one.
        if let found = statistics.bootSecond {
            if let known = bootSecond, (known - 1...known + 1).contains(found) {} else { bootSecond = found }
        }
        moment.bootSecond = bootSecond
    }
}
