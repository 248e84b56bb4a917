package import ExhaustCore

/// The clock frequency of CPUs (/proc/cpuinfo), its limits, and how often heat lowered it (/sys/devices/system/cpu).
///
/// Not from `scaling_cur_freq`, each read of which may wait 20 ms for its CPU. Only x86 and some others tell the
/// frequency in cpuinfo; Arm does not.
package struct FrequencyCollector: Collector {
    package let name = "frequency"
    package let counters: Set<String> = ["exhaust.cpu.throttled"]
    private let file: ByteFile
    private let folder: String

    package init(_ roots: Roots) {
        file = ByteFile("\(roots.proc)/cpuinfo")
        folder = "\(roots.sys)/devices/system/cpu"
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        var frequencies = try file.readIfPresent().map(Self.frequencies) ?? [:]
        // Limits are there for CPUs of which cpuinfo says nothing, too.
        for name in SmallFile.names(in: folder) where name.hasPrefix("cpu") {
            if let number = UInt64(name.dropFirst(3)), frequencies[number] == nil { frequencies[number] = 0 }
        }
        let cpus: [Value] = frequencies.sorted { $0.key < $1.key }.compactMap { number, frequency in
            var cpu: ValueMap = ["cpu.logical_number": number.value]
            if frequency > 0 { cpu["system.cpu.frequency"] = .double(frequency) }
            for (key, file) in [
                ("exhaust.cpu.frequency.min", "scaling_min_freq"), ("exhaust.cpu.frequency.max", "scaling_max_freq"),
            ] {
                cpu[key] = SmallFile.number("\(folder)/cpu\(number)/cpufreq/\(file)").map { .double(Double($0) * 1000) }
            }
            let throttled = SmallFile.number("\(folder)/cpu\(number)/thermal_throttle/core_throttle_count")
            cpu["exhaust.cpu.throttled"] = throttled.map { .int($0) }
            return cpu.count > 1 ? .map(cpu) : nil
        }
        if !cpus.isEmpty { data["exhaust.cpu.frequencies"] = .list(cpus) }
    }

    /// Reads `processor : 3` and `cpu MHz : 799.989`, in Hz.
    static func frequencies(_ text: ByteScanner) -> [UInt64: Double] {
        var text = text
        var (frequencies, number): ([UInt64: Double], UInt64?) = ([:], nil)
        while var line = text.line() {
            let (isNumber, isFrequency) = (line.skip("processor"), line.skip("cpu MHz"))
            guard isNumber || isFrequency, line.skipPast(last: UInt8(ascii: ":")) else { continue }
            if isNumber {
                number = line.number()
            } else if let number, let megahertz = line.decimal() {
                frequencies[number] = megahertz * 1e6
            }
        }
        return frequencies
    }
}
