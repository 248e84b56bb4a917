import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import PerfEmitter

@Suite("this machine")
struct LiveTests {
    @Test("two samples of this machine fit docs/schemas/exhaust.perf.json, with shares that add up to one")
    func fitsSchema() async throws {
        let schema = try JSONReader.parse(FileContent.read(Fixture.project + "/docs/schemas/exhaust.perf.json"))
        let data = try #require(schema["properties"]?["data"])
        var sampler = Sampler(Roots())
        var check = SchemaCheck()
        check.check(.map(sampler.sample(at: .now()).data), data)
        try await Task.sleep(for: .milliseconds(300))
        let second = sampler.sample(at: .now())
        check.check(.map(second.data), data)
        check.check(.map(try recorded()), data)
        #expect(check.problems == [])
        #expect(second.reports == [])
        // Not every machine, nor every user, has all of these; nor a thousand commands.
        let rare = [
            "/exhaust.process.count_left_out", "/system.cpu.physical.count", "/exhaust.sensors", "/exhaust.power",
            "/exhaust.energy", "/exhaust.systemd", "/exhaust.raid", "/exhaust.edac",
            "/exhaust.session", "/exhaust.user", "/exhaust.cgroup", "/exhaust.conntrack",
            "/exhaust.pressure", "/exhaust.cpu.frequencies", "/exhaust.suspended", "/exhaust.kernel", "/system.disk",
            "/system.network", "/exhaust.network.sockets", "/exhaust.memory.oom", "/exhaust.clock.source",
            "/exhaust.processes/*/process.disk.io", "/exhaust.processes/*/process.context_switches",
        ]
        let unseen = SchemaCheck.properties(of: data).subtracting(check.seen)
        #expect(unseen.filter { name in !rare.contains { name.hasPrefix($0) } } == [])
        let shares = second.data["system.cpu.utilization"]?.map?.entries.compactMap(\.value.number) ?? []
        #expect(abs(shares.reduce(0, +) - 1) < 1e-5)
    }

    private func recorded() throws -> ValueMap {
        var sampler = Sampler(.recorded(Fixture.host))
        return sampler.sample(at: Timestamp(seconds: 0)).data
    }

    @Test("the root filesystem has the numbers that df prints")
    func equalsDF() async throws {
        var sampler = Sampler(Roots())
        let output = try await ChildProcess.run(["df", "--output=size,itotal", "-B1", "/"])
        let numbers = output.split(separator: "\n").last?.split(separator: " ").compactMap { Int64($0) } ?? []
        let list = sampler.sample(at: .now()).data["system.filesystem"]?.list ?? []
        guard let root = list.first(where: { $0["system.filesystem.mountpoint"] == "/" }) else {
            return print("skipped: the root filesystem of this machine is not measured")
        }
        #expect(root["system.filesystem.limit"]?.int == numbers.first)
        #expect(root["exhaust.filesystem.inodes.limit"]?.int == numbers.last)
    }

    @Test("who began is found and who ended is told of, without listing all")
    func census() async throws {
        let folder = ProcessFolder("/proc", isRecorded: false)
        let census = ProcessCensus(folder, isOwn: true)
        var (known, _) = try census.take([], elapsed: 0)
        try #require(folder.canSeek)
        let child = try ChildProcess(["sleep", "100"])
        let pid = UInt32(child.pid)
        (known, _) = try census.take(known, elapsed: 1)
        #expect(known.contains { $0.pid == pid })
        #expect(known == known.sorted { $0.pid < $1.pid })
        child.signal(SIGKILL)
        // Whether its parent has asked yet or not.
        for _ in 0..<100 where try !census.take(known, elapsed: 0).ended.contains(pid) { usleep(10_000) }
        #expect(try census.take(known, elapsed: 0).ended.contains(pid))
        census.forget([pid])
        #expect(try census.take(known, elapsed: 0).ended.contains(pid) == false)
        // Only those that began since, but each minute all.
        #expect(try census.take([], elapsed: 1).processes.count < known.count / 2)
        #expect(try census.take([], elapsed: 60).processes.count > known.count / 2)
        _ = await child.wait(upTo: .seconds(5))
    }

    @Test("this process is found, with its parent and its user")
    func findsItself() throws {
        var sampler = Sampler(Roots(), top: 1000)
        let processes = sampler.sample(at: .now()).data["exhaust.processes"]?.list ?? []
        let own = try #require(processes.first { $0["process.pid"] == .int(Int64(getpid())) })
        #expect(own["process.parent_pid"] == .int(Int64(getppid())))
        #expect(own["process.user.id"] == .int(Int64(getuid())))
        let memory = try #require(own["process.memory.usage"]?.int)
        #expect((1_000_000...100_000_000_000).contains(memory))
        let text = try #require(own["process.creation.time"]?.string)
        let age = Timestamp.now() - (try #require(Timestamp(rfc3339: text)))
        #expect((.seconds(-2) ... .seconds(86_400)).contains(age))
    }
}
