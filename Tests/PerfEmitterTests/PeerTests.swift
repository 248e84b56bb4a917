import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import PerfEmitter

/// Reads this machine beside others that do, within a second.
@Suite("peers read beside", .serialized)
struct PeerTests {
    /// What psutil says, in our names.
    private static let script = """
        import json, psutil
        m, s, c = psutil.virtual_memory(), psutil.swap_memory(), psutil.cpu_times()
        d, n = psutil.disk_io_counters(nowrap=False), psutil.net_io_counters(nowrap=False, pernic=True)["lo"]
        print(json.dumps({"boot": psutil.boot_time(), "cpus": psutil.cpu_count(), "total": m.total,
            "available": m.available, "swap": s.total, "user": c.user, "idle": c.idle, "pids": len(psutil.pids()),
            "root": psutil.disk_usage("/").total, "received": n.bytes_recv,
            "switches": psutil.cpu_stats().ctx_switches}))
        """

    @Test("psutil agrees")
    func equalsPsutil() async throws {
        let output: String
        do {
            output = try await ChildProcess.run(["/usr/bin/python3", "-c", Self.script])
        } catch {
            return print("skipped: python3-psutil is not installed")
        }
        let theirs = try JSONReader.parse(Array(output.utf8))
        var sampler = Sampler(Roots())
        let data = sampler.sample(at: .now()).data
        func near(_ name: String, _ ours: Value?, _ tolerance: Double) {
            let (theirs, ours) = (theirs[name]?.number ?? -1, ours?.number ?? -2)
            #expect(abs(theirs - ours) <= tolerance, "\(name): psutil \(theirs), here \(ours)")
        }
        near("boot", data["exhaust.boot.time"], 1)
        near("cpus", data["system.cpu.logical.count"], 0)
        near("total", data["system.memory.limit"], 0)
        near("available", data["system.memory.linux.available"], 2e9)
        near("user", data["system.cpu.time"]?["user"], 5)
        near("idle", data["system.cpu.time"]?["idle"], 5)
        let states = data["system.process.count"]?.map?.entries ?? []
        near("pids", .double(states.reduce(0) { $0 + ($1.value.number ?? 0) }), 60)
        near("switches", data["exhaust.cpu.context_switches"], 1e6)
        let lo = data["system.network"]?.list?.first { $0["network.interface.name"] == "lo" }
        near("received", lo?["system.network.io"]?["receive"], 1e9)
    }

    @Test("prometheus-node-exporter agrees")
    func equalsNodeExporter() async throws {
        let port = Int.random(in: 20_000..<40_000)
        let exporter: ChildProcess
        do {
            exporter = try ChildProcess(["prometheus-node-exporter", "--web.listen-address=127.0.0.1:\(port)"])
        } catch {
            return print("skipped: prometheus-node-exporter is not installed")
        }
        defer { exporter.signal(SIGKILL) }
        var text = ""
        for _ in 0..<50 where text.isEmpty {
            try await Task.sleep(for: .milliseconds(100))
            // It needs a moment to listen.
            text = (try? await ChildProcess.run(["curl", "-sf", "http://127.0.0.1:\(port)/metrics"])) ?? ""
        }
        try #require(!text.isEmpty)
        var sampler = Sampler(Roots())
        let data = sampler.sample(at: .now()).data
        let ours = NodeExporterNames(data).metrics
        var compared = 0
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let blank = line.lastIndex(of: " "), let theirs = Double(line[line.index(after: blank)...]),
                let own = ours[String(line[..<blank])]
            else { continue }
            compared += 1
            // Counters of a busy machine move on, and memory comes and goes.
            #expect(abs(own - theirs) <= max(0.25 * max(own, theirs), 100_000_000), "\(line), here \(own)")
        }
        #expect(compared > 100)
    }
}
