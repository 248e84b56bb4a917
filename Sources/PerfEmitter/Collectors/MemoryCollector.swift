package import ExhaustCore

/// Memory and swap space (/proc/meminfo).
package struct MemoryCollector: Collector {
    package let name = "memory"
    private let file: ByteFile

    package init(_ roots: Roots) { file = ByteFile("\(roots.proc)/meminfo") }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        guard let memory = MemoryInfo(try file.read()) else {
            throw ExhaustError(.invalidData, "there is no usable total of memory", at: file.path)
        }
        data["system.memory.limit"] = memory.total.value
        data["system.memory.usage"] = [
            "used": memory.used.value, "free": memory.free.value, "cached": memory.cached.value,
            "buffers": memory.buffers.value,
        ]
        data["system.memory.utilization"] = .double(memory.utilization)
        data["system.memory.linux.available"] = memory.available.value
        data["system.paging.usage"] = ["used": memory.swapUsed.value, "free": memory.swapFree.value]
    }
}
