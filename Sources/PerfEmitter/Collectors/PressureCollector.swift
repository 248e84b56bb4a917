package import ExhaustCore

/// Pressure stall information: how long tasks waited for CPU, memory and disks (/proc/pressure, Linux 4.20).
package struct PressureCollector: Collector {
    package let name = "pressure"
    package let counters: Set<String> = ["exhaust.pressure.time"]
    private let files: [(resource: String, file: ByteFile)]

    package init(_ roots: Roots) {
        files = ["cpu", "memory", "io", "irq"].map { ($0, ByteFile("\(roots.proc)/pressure/\($0)")) }
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        var (times, averages) = (ValueMap(), ValueMap())
        for (resource, file) in files {
            guard let text = try file.readIfPresent() else { continue }
            let (time, average) = Self.read(text)
            if !time.isEmpty { times[resource] = .map(time) }
            if !average.isEmpty { averages[resource] = .map(average) }
        }
        guard !times.isEmpty else { return }
        data["exhaust.pressure.time"] = .map(times)
        data["exhaust.pressure.share"] = .map(averages)
    }

    /// Reads `some avg10=0.10 avg60=0.00 avg300=0.00 total=14036781` and the same for `full`: seconds since boot, and
    /// the share of the last ten seconds.
    static func read(_ text: ByteScanner) -> (time: ValueMap, share: ValueMap) {
        var text = text
        var (time, share) = (ValueMap(), ValueMap())
        while var line = text.line() {
            guard let kind = line.string(), kind == "some" || kind == "full", line.skip(" avg10="),
                let average = line.decimal()
            else { continue }
            line.skipWords(2)
            guard line.skip(" total="), let total = line.number() else { continue }
            time[kind] = .double(Double(total) / 1_000_000)
            share[kind] = .double(min(average / 100, 1))
        }
        return (time, share)
    }
}
