package import ExhaustCore

/// Packets that CPUs took from network cards, and those that they had to drop (/proc/net/softnet_stat).
package struct SoftnetCollector: Collector {
    package let name = "softnet"
    package let counters: Set<String> = [
        "exhaust.softnet.processed", "exhaust.softnet.dropped", "exhaust.softnet.squeezed",
    ]
    private let file: ByteFile

    package init(_ roots: Roots) { file = ByteFile("\(roots.net)/softnet_stat") }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        guard var text = try file.readIfPresent() else { return }
        var cpus: [Value] = []
        while var line = text.line() {
            guard let processed = line.hexadecimal(), let dropped = line.hexadecimal(),
                let squeezed = line.hexadecimal()
            else { continue }
            line.skipWords(9)
            // Newer kernels name the CPU in the thirteenth column; before, lines were all that told.
            let number = line.hexadecimal() ?? UInt64(cpus.count)
            cpus.append([
                "cpu.logical_number": number.value, "exhaust.softnet.processed": processed.value,
                "exhaust.softnet.dropped": dropped.value, "exhaust.softnet.squeezed": squeezed.value,
            ])
        }
        data["exhaust.softnet"] = .list(cpus)
    }
}
