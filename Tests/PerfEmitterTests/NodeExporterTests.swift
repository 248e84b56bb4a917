import ExhaustCore
import Glibc
import Testing

@testable import PerfEmitter

@Suite("node_exporter's fixtures")
struct NodeExporterTests {
    /// The folder of shared test data, from the environment.
    private static let data = getenv("EXHAUST_TEST_DATA").map { String(cString: $0) + "/proc/node_exporter" }

    @Test("CPU times, memory, load and boot time equal what node_exporter prints of the same tree")
    func equalsNodeExporter() throws {
        guard let folder = Self.data else {
            return print("skipped: EXHAUST_TEST_DATA names no folder with proc/node_exporter")
        }
        let metrics = try metrics(folder + "/e2e-output.txt")
        let roots = Roots.recorded(folder)
        var sampler = Sampler(roots)
        let time = try Sampler.timeOfRecording(roots)
        let data = sampler.sample(at: time).data
        #expect(time.seconds == metrics["node_boot_time_seconds"].map { Int64($0) })
        #expect(data["exhaust.load.1m"]?.number == metrics["node_load1"])
        #expect(data["exhaust.load.5m"]?.number == metrics["node_load5"])
        #expect(data["exhaust.load.15m"]?.number == metrics["node_load15"])
        #expect(data["system.memory.limit"]?.number == metrics["node_memory_MemTotal_bytes"])
        #expect(data["system.memory.usage"]?["free"]?.number == metrics["node_memory_MemFree_bytes"])
        #expect(data["system.memory.usage"]?["buffers"]?.number == metrics["node_memory_Buffers_bytes"])
        let cached = ["Cached", "SReclaimable"].compactMap { metrics["node_memory_\($0)_bytes"] }.reduce(0, +)
        #expect(data["system.memory.usage"]?["cached"]?.number == cached)
        #expect(data["system.paging.usage"]?["free"]?.number == metrics["node_memory_SwapFree_bytes"])
        let names = ["interrupt": "irq"]
        for (mode, value) in data["system.cpu.time"]?.map?.entries ?? [] {
            let suffix = "mode=\"\(names[mode] ?? mode)\"}"
            let cpus = metrics.filter { $0.key.hasPrefix("node_cpu_seconds_total{") && $0.key.hasSuffix(suffix) }
            #expect(cpus.count == 8)
            // The kernel rounds each CPU's time and their sum apart: by a tick each at most.
            #expect(abs(cpus.values.reduce(0, +) - (value.number ?? -1)) <= 0.08, "\(mode)")
        }
    }

    private func metrics(_ path: String) throws -> [String: Double] {
        let text = String(decoding: try FileContent.read(path, limit: 4 << 20), as: UTF8.self)
        var metrics: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let blank = line.lastIndex(of: " ") else { continue }
            metrics[String(line[..<blank])] = Double(line[line.index(after: blank)...])
        }
        return metrics
    }
}
