package import ExhaustCore

/// Memory, swap space and huge pages (/proc/meminfo).
package struct MemoryCollector: Collector {
    package let name = "memory"
    private let file: ByteFile

    package init(_ roots: Roots) { file = ByteFile("\(roots.proc)/meminfo") }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        let text = try file.read()
        guard let memory = MemoryInfo(text) else {
            throw ExhaustError(.invalidData, "there is no usable total of memory", at: file.path)
        }
        data["system.memory.limit"] = memory.total.value
        data["system.memory.usage"] = [
            "used": memory.used.value, "free": memory.free.value, "cached": memory.cached.value,
            "buffers": memory.buffers.value,
        ]
        data["system.memory.utilization"] = .double(memory.utilization.short)
        data["system.memory.linux.available"] = memory.available.value
        data["system.paging.usage"] = ["used": memory.swapUsed.value, "free": memory.swapFree.value]
        let details = MemoryInfo.details(text)
        data["system.memory.linux.shared"] = details["Shmem"]
        if let reclaimable = details["SReclaimable"], let unreclaimable = details["SUnreclaim"] {
            data["system.memory.linux.slab.usage"] = ["reclaimable": reclaimable, "unreclaimable": unreclaimable]
        }
        if let total = details["HugePages_Total"]?.int, let free = details["HugePages_Free"]?.int {
            data["system.memory.linux.hugepages.limit"] = .int(total)
            data["system.memory.linux.hugepages.usage"] = ["used": .int(max(total - free, 0)), "free": .int(free)]
            data["system.memory.linux.hugepages.page_size"] = details["Hugepagesize"]
        }
        data["exhaust.memory"] = .map(details)
    }
}
