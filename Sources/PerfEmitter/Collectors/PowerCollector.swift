package import ExhaustCore

/// Power supplies, batteries, and the energy that CPUs used (/sys/class/power_supply, /sys/class/powercap).
package struct PowerCollector: Collector {
    package let name = "power"
    package let counters: Set<String> = ["hw.energy"]
    private let supplies: String
    private let zones: String

    package init(_ roots: Roots) {
        supplies = "\(roots.sys)/class/power_supply"
        zones = "\(roots.sys)/class/powercap"
    }

    /// Files of a supply, the names that they get, and what the kernel's millionths and so on are divided by.
    private static let values: [(file: String, key: String, divisor: Double)] = [
        ("online", "exhaust.power.online", 1), ("present", "exhaust.power.present", 1),
        ("capacity", "hw.battery.charge", 100), ("cycle_count", "exhaust.battery.cycles", 1),
        ("voltage_now", "hw.voltage", 1e6), ("current_now", "exhaust.power.current", 1e6),
        ("power_now", "hw.power", 1e6), ("energy_now", "exhaust.battery.energy", 1e6),
        ("energy_full", "exhaust.battery.energy_full", 1e6),
        ("energy_full_design", "exhaust.battery.energy_full_design", 1e6),
    ]

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        let power = SmallFile.names(in: supplies).map { name in
            var supply: ValueMap = ["hw.id": .string(name)]
            supply["hw.type"] = SmallFile.text("\(supplies)/\(name)/type").map { .string($0) }
            supply["hw.state"] = SmallFile.text("\(supplies)/\(name)/status").map { .string($0) }
            for (file, key, divisor) in Self.values {
                supply[key] = SmallFile.number("\(supplies)/\(name)/\(file)").map { .double(Double($0) / divisor) }
            }
            return Value.map(supply)
        }
        if !power.isEmpty { data["exhaust.power"] = .list(power) }
        let energy: [Value] = SmallFile.names(in: zones).compactMap { zone in
            // Since 2020 only root may read it, for it tells of keys.
            guard let joules = SmallFile.number("\(zones)/\(zone)/energy_uj") else { return nil }
            var data: ValueMap = ["hw.id": .string(zone), "hw.energy": .double(Double(joules) / 1e6)]
            data["hw.name"] = SmallFile.text("\(zones)/\(zone)/name").map { .string($0) }
            return .map(data)
        }
        if !energy.isEmpty { data["exhaust.energy"] = .list(energy) }
    }
}
