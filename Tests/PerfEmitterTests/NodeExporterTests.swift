import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import PerfEmitter

@Suite("node_exporter's fixtures")
struct NodeExporterTests {
    /// The folder of shared test data, from the environment.
    private static let data = getenv("EXHAUST_TEST_DATA").map { String(cString: $0) + "/proc/node_exporter" }
    private static let summed = ["node_interrupts_total": "type", "node_softirqs_functions_total": "type"]
    private static let unnamed: Set<String> = [
        "node_cpu_frequency_hertz", "node_hwmon_temp_celsius", "node_hwmon_temp_crit_celsius", "node_hwmon_fan_rpm",
        "node_hwmon_in_volts", "node_thermal_zone_temp", "node_rapl_core_joules_total",
        "node_rapl_package_joules_total", "node_cpu_core_throttles_total",
    ]

    @Test("every value that node_exporter prints of the tree is equal, but for those that docs/emitters/perf.md lists")
    func equalsNodeExporter() throws {
        guard let folder = Self.data else {
            return print("skipped: EXHAUST_TEST_DATA names no folder with proc/node_exporter")
        }
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try RecordedTree.unpack(folder + "/sys.ttar", into: directory.path)
        var roots = Roots.recorded(directory.path)
        roots.proc = folder + "/proc"
        var sampler = Sampler(roots)
        let data = sampler.sample(at: try Sampler.timeOfRecording(roots)).data
        let own = NodeExporterNames(data).metrics
        let listed = try uncovered()
        var (equal, different, used) = (0, [String](), Set<String>())
        for (name, value) in try metrics(folder + "/e2e-output.txt").sorted(by: { $0.key < $1.key }) {
            let base = String(name.prefix { $0 != "{" && $0 != "[" })
            if let ours = own[name], abs(ours - value) <= abs(value) * 1e-12 {
                equal += 1
            } else if own[name] == nil, let pattern = listed.first(where: { Self.matches(base, $0) }) {
                used.insert(pattern)
            } else {
                different.append("\(name): \(value), here \(own[name].map { "\($0)" } ?? "nothing")")
            }
        }
        #expect(different == [])
        #expect(Set(listed).subtracting(used) == [], "no value needs these lines")
        #expect(equal > 500, "\(equal) values are equal")
    }

    /// The patterns of the table in docs/emitters/perf.md.
    private func uncovered() throws -> [String] {
        let text = String(decoding: try FileContent.read(Fixture.project + "/docs/emitters/perf.md"), as: UTF8.self)
        let section = text.ranges(of: "## What it is checked against").first.map { text[$0.upperBound...] } ?? ""
        return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap {
            $0.split(separator: "|").first?.split(separator: "`").filter { !$0.allSatisfy { " ,".contains($0) } } ?? []
        }.map(String.init)
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }

    private func metrics(_ path: String) throws -> [String: Double] {
        let text = String(decoding: try FileContent.read(path, limit: 4 << 20), as: UTF8.self)
        var metrics: [String: Double] = [:]
        var unnamed: [String: [Double]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else {
                continue
            }
            let name = String(line[..<blank])
            let base = String(name.prefix { $0 != "{" })
            if Self.unnamed.contains(base) {
                unnamed[base, default: []].append(value)
            } else if let label = Self.summed[base], let found = name.ranges(of: ",\(label)=").last {
                // The label is the last one.
                metrics["\(base){\(name[found.lowerBound...].dropFirst())", default: 0] += value
            } else {
                metrics[name] = value
            }
        }
        for (name, values) in unnamed { metrics.merge(NodeExporterNames.sorted(name, values)) { _, new in new } }
        return metrics
    }
}
