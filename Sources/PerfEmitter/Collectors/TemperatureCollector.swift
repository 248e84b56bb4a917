package import ExhaustCore

/// Temperatures, fans and voltages (/sys/class/hwmon, /sys/class/thermal).
package struct TemperatureCollector: Collector {
    package let name = "temperature"
    private let hwmon: String
    private let thermal: String

    package init(_ roots: Roots) {
        hwmon = "\(roots.sys)/class/hwmon"
        thermal = "\(roots.sys)/class/thermal"
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        var sensors: [Value] = []
        for chip in SmallFile.names(in: hwmon) { sensors += sensorsOf(chip) }
        for zone in SmallFile.names(in: thermal) where zone.hasPrefix("thermal_zone") {
            guard let value = SmallFile.number("\(thermal)/\(zone)/temp") else { continue }
            var sensor: ValueMap = ["hw.id": .string(zone), "hw.temperature": .double(Double(value) / 1000)]
            sensor["hw.name"] = SmallFile.text("\(thermal)/\(zone)/type").map { .string($0) }
            sensors.append(.map(sensor))
        }
        if !sensors.isEmpty { data["exhaust.sensors"] = .list(sensors) }
    }

    private func sensorsOf(_ chip: String) -> [Value] {
        var folder = "\(hwmon)/\(chip)"
        var files = SmallFile.names(in: folder)
        // Drivers of before Linux 3.15 have their values one level down.
        if !files.contains(where: { $0.hasSuffix("_input") }) {
            folder += "/device"
            files = SmallFile.names(in: folder)
        }
        let name = SmallFile.text("\(folder)/name")
        return files.filter { $0.hasSuffix("_input") }.compactMap { file in
            let sensor = String(file.dropLast("_input".count))
            let (key, divisor) =
                if sensor.hasPrefix("temp") {
                    ("hw.temperature", 1000.0)
                } else if sensor.hasPrefix("fan") {
                    ("hw.fan.speed", 1.0)
                } else if sensor.hasPrefix("in") {
                    ("hw.voltage", 1000.0)
                } else {
                    ("", 0.0)
                }
            guard divisor > 0, let value = SmallFile.number("\(folder)/\(file)") else { return nil }
            var data: ValueMap = ["hw.id": .string("\(chip)/\(sensor)"), key: .double(Double(value) / divisor)]
            data["hw.parent"] = name.map { .string($0) }
            data["hw.name"] = SmallFile.text("\(folder)/\(sensor)_label").map { .string($0) }
            if key == "hw.temperature", let limit = SmallFile.number("\(folder)/\(sensor)_crit") {
                data["hw.temperature.limit"] = .double(Double(limit) / 1000)
            }
            return .map(data)
        }
    }
}
