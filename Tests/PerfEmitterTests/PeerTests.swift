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
        n = psutil.net_io_counters(nowrap=False, pernic=True)["lo"]
        print(json.dumps({"boot": psutil.boot_time(), "cpus": psutil.cpu_count(), "total": m.total,
            "available": m.available, "swap": s.total, "user": c.user, "idle": c.idle, "pids": len(psutil.pids()),
            "received": n.bytes_recv,
            "switches": psutil.cpu_stats().ctx_switches}))
        """

    @Test("psutil agrees")
    func equalsPsutil() async throws {
        var sampler = Sampler(Roots())
        let before = sampler.sample(at: .now()).data
        let output: String
        do {
            output = try await ChildProcess.run(["/usr/bin/python3", "-c", Self.script])
        } catch {
            return print("skipped: python3-psutil is not installed")
        }
        let theirs = try JSONReader.parse(Array(output.utf8))
        let after = sampler.sample(at: .now()).data
        /// What psutil read lies between our samples before and after it, or no farther off than `slack`.
        func near(_ name: String, slack: Double, _ ours: (ValueMap) -> Value?) {
            let theirs = theirs[name]?.number ?? -1
            let (first, second) = (ours(before)?.number ?? -2, ours(after)?.number ?? -2)
            let range = min(first, second) - slack...max(first, second) + slack
            #expect(range.contains(theirs), "\(name): psutil \(theirs), here \(first) and \(second)")
        }
        near("boot", slack: 1) { $0["exhaust.boot.time"] }
        near("cpus", slack: 0) { $0["system.cpu.logical.count"] }
        near("total", slack: 0) { $0["system.memory.limit"] }
        near("swap", slack: 0) { data in
            .double(["used", "free"].reduce(0) { $0 + (data["system.paging.usage"]?[$1]?.number ?? 0) })
        }
        near("available", slack: 2e9) { $0["system.memory.linux.available"] }
        near("user", slack: 0.1) { $0["system.cpu.time"]?["user"] }
        near("idle", slack: 0.1) { $0["system.cpu.time"]?["idle"] }
        near("switches", slack: 0) { $0["exhaust.cpu.context_switches"] }
        near("pids", slack: 60) { data in
            .double((data["system.process.count"]?.map?.entries ?? []).reduce(0) { $0 + ($1.value.number ?? 0) })
        }
        near("received", slack: 0) { data in
            let lo = data["system.network"]?.list?.first { $0["network.interface.name"] == "lo" }
            return lo?["system.network.io"]?["receive"]
        }
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
