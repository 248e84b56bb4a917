package import ExhaustCore

/// What tells that hardware is about to fail, or has: RAID arrays (/sys/block/md*) and memory controllers
/// (/sys/devices/system/edac).
package struct HardwareCollector: Collector {
    package let name = "hardware"
    package let counters: Set<String> = ["exhaust.edac.corrected", "exhaust.edac.uncorrected"]
    private let blocks: String
    private let controllers: String

    package init(_ roots: Roots) {
        blocks = "\(roots.sys)/block"
        controllers = "\(roots.sys)/devices/system/edac/mc"
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        let arrays = SmallFile.names(in: blocks).filter { $0.hasPrefix("md") }.compactMap(array)
        if !arrays.isEmpty { data["exhaust.raid"] = .list(arrays) }
        let errors = SmallFile.names(in: controllers).compactMap { name -> Value? in
            guard let corrected = SmallFile.number("\(controllers)/\(name)/ce_count"),
                let uncorrected = SmallFile.number("\(controllers)/\(name)/ue_count")
            else { return nil }
            return [
                "hw.id": .string(name), "exhaust.edac.corrected": .int(corrected),
                "exhaust.edac.uncorrected": .int(uncorrected),
            ]
        }
        if !errors.isEmpty { data["exhaust.edac"] = .list(errors) }
    }

    private func array(_ name: String) -> Value? {
        let folder = "\(blocks)/\(name)/md"
        guard let state = SmallFile.text("\(folder)/array_state") else { return nil }
        var array: ValueMap = ["system.device": .string(name), "exhaust.raid.state": .string(state)]
        array["exhaust.raid.level"] = SmallFile.text("\(folder)/level").map { .string($0) }
        array["exhaust.raid.disks"] = SmallFile.number("\(folder)/raid_disks").map { .int($0) }
        // Levels that cannot lack a disk do not have the file.
        array["exhaust.raid.missing_disks"] = .int(SmallFile.number("\(folder)/degraded") ?? 0)
        array["exhaust.raid.action"] = SmallFile.text("\(folder)/sync_action").map { .string($0) }
        // `1569888 / 2093056`, or `none`.
        if let text = SmallFile.text("\(folder)/sync_completed") {
            var scanner = ByteScanner(Array(text.utf8))
            if let done = scanner.number(), scanner.skip(" / "), let all = scanner.number(), all > 0 {
                array["exhaust.raid.progress"] = .double(min(Double(done) / Double(all), 1))
            }
        }
        return .map(array)
    }
}
