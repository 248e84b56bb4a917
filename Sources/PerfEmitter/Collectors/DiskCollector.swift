package import ExhaustCore

/// Disks and partitions: operations, bytes, time (/proc/diskstats; Documentation/admin-guide/iostats.rst).
package struct DiskCollector: Collector {
    package let name = "disk"
    package let counters: Set<String> = [
        "system.disk.io", "system.disk.operations", "system.disk.operation_time", "system.disk.merged",
        "system.disk.io_time", "exhaust.disk.weighted_io_time",
    ]
    private let file: ByteFile

    package init(_ roots: Roots) { file = ByteFile("\(roots.proc)/diskstats") }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        guard var text = try file.readIfPresent() else { return }
        var disks: [Value] = []
        while var line = text.line() {
            line.skipWords(2)
            guard let name = line.string(), !Self.isLeftOut(name) else { continue }
            var numbers: [UInt64] = []
            while let number = line.number() { numbers.append(number) }
            // Before Linux 2.6.25 partitions had four numbers.
            guard numbers.count >= 11 else { continue }
            disks.append(.map(Self.describe(name, numbers)))
        }
        data["system.disk"] = .list(disks)
    }

    private static func describe(_ name: String, _ numbers: [UInt64]) -> ValueMap {
        func seconds(_ index: Int) -> Value { .double(Double(numbers[index]) / 1000) }
        func bytes(_ index: Int) -> Value { numbers[index].multipliedClamped(by: 512).value }
        var io = ValueMap([("read", bytes(2)), ("write", bytes(6))])
        var operations = ValueMap([("read", numbers[0].value), ("write", numbers[4].value)])
        var time = ValueMap([("read", seconds(3)), ("write", seconds(7))])
        var merged = ValueMap([("read", numbers[1].value), ("write", numbers[5].value)])
        if numbers.count >= 15 {
            io["discard"] = bytes(13)
            operations["discard"] = numbers[11].value
            time["discard"] = seconds(14)
            merged["discard"] = numbers[12].value
        }
        if numbers.count >= 17 {
            operations["flush"] = numbers[15].value
            time["flush"] = seconds(16)
        }
        return [
            "system.device": .string(name), "system.disk.io": .map(io), "system.disk.operations": .map(operations),
            "system.disk.operation_time": .map(time), "system.disk.merged": .map(merged),
            "exhaust.disk.in_flight": numbers[8].value, "system.disk.io_time": seconds(9),
            "exhaust.disk.weighted_io_time": seconds(10),
        ]
    }

    /// RAM disks, loops and floppies say nothing of the machine, and partitions repeat their disk: node_exporter's
    /// choice, with the same names. Memory cards' partitions stay, as there.
    static func isLeftOut(_ name: String) -> Bool {
        let stem = name.reversed().drop { $0.isASCII && $0.isNumber }.reversed()
        guard stem.count < name.count else { return false }
        let text = String(stem)
        if ["ram", "zram", "loop", "fd"].contains(text) { return true }
        if text.hasPrefix("nvme"), text.hasSuffix("p") { return text.contains("n") }
        return ["hd", "sd", "vd", "xvd"].contains { text.hasPrefix($0) && text.count > $0.count }
    }
}
