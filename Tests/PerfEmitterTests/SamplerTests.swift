import ExhaustCore
import Testing

@testable import PerfEmitter

@Suite("samples")
struct SamplerTests {
    private let roots = Roots.recorded(Fixture.host)

    private func sample() throws -> Sampler.Sample {
        var sampler = Sampler(roots, top: 2)
        return sampler.sample(at: try Sampler.timeOfRecording(roots))
    }

    @Test("a recorded tree gives the same sample each time, at the time of its recording")
    func recorded() throws {
        let sample = try sample()
        #expect(sample.time.description == "2026-11-18T16:48:20.250Z")
        #expect(sample.reports == [])
        #expect(try self.sample().data == sample.data)
        let data = sample.data
        #expect(data["system.cpu.logical.count"] == 2)
        #expect(data["system.cpu.physical.count"] == 1)
        #expect(data["system.cpu.time"]?["idle"] == 400.0)
        #expect(data["system.cpu.utilization"] == nil)
        #expect(data["system.memory.limit"] == 1_073_741_824)
        #expect(data["system.paging.usage"] == ["used": 104_857_600, "free": 104_857_600])
        #expect(data["exhaust.load.15m"] == 12.03)
        #expect(data["system.uptime"] == 20500.25)
        #expect(data["system.filesystem"] == [])
        #expect(data["exhaust.filesystem.unmeasured"]?.list?.count == 8)
    }

    @Test("processes are counted by status and by command, without zombies in the latter")
    func processCounts() throws {
        let data = try sample().data
        #expect(
            data["system.process.count"]
                == ["running": 1, "sleeping": 2, "disk-sleep": 0, "idle": 1, "stopped": 0, "zombie": 1])
        #expect(data["exhaust.process.count"] == ["a) R 1 (b": 1, "init": 1, "kthreadd": 1, "kworker": 1])
    }

    @Test("the busiest and the largest processes are told of one by one")
    func topProcesses() throws {
        let processes = try #require(try sample().data["exhaust.processes"]?.list)
        #expect(processes.map { $0["process.pid"] } == [400, 1])
        let expected: Value = [
            "process.pid": 400, "process.command": "a) R 1 (b", "process.parent_pid": 1, "process.status": "running",
            "process.cpu.time": 75.0, "process.memory.usage": 20_480_000, "process.memory.virtual": 123_456_789,
            "process.thread.count": 4,
            "process.user.id": 1000, "process.creation.time": "2026-11-18T11:40:00.500Z",
        ]
        #expect(processes[0] == expected)
    }

    @Test("a collector that fails leaves the others their values, and is told of once")
    func failure() throws {
        var sampler = Sampler(Roots.recorded("/nonexistent"))
        let first = sampler.sample(at: Timestamp(seconds: 1))
        #expect(first.data.isEmpty)
        #expect(first.reports.count == 10)
        #expect(
            first.reports.first
                == .failure(collector: "cpu", reason: "/nonexistent/proc/stat: cannot open: No such file or directory"))
        #expect(sampler.sample(at: Timestamp(seconds: 2)).reports == [])
    }

    @Test("failures are counted, and published again after an hour and at recovery")
    func ledger() {
        var ledger = FailureLedger()
        #expect(ledger.worked("cpu") == [])
        #expect(ledger.failed("cpu", "why", at: Timestamp(seconds: 0)).count == 2)
        #expect(ledger.failed("cpu", "why", at: Timestamp(seconds: 10)) == [])
        #expect(ledger.failed("cpu", "why", at: Timestamp(seconds: 20)) == [])
        let reminder = FailureLedger.Report.gap(
            collector: "cpu", count: 3, reason: "why", since: Timestamp(seconds: 10))
        #expect(ledger.failed("cpu", "why", at: Timestamp(seconds: 3610)) == [reminder])
        #expect(ledger.failed("cpu", "new", at: Timestamp(seconds: 3620)) == [])
        let last = FailureLedger.Report.gap(
            collector: "cpu", count: 1, reason: "new", since: Timestamp(seconds: 3620))
        #expect(ledger.worked("cpu") == [last, .recovery(collector: "cpu")])
        #expect(ledger.worked("cpu") == [])
    }

    @Test("a fleet's samples are spread over the interval, and one host's stay where they are")
    func schedule() throws {
        var phases: Set<Int64> = []
        for number in 0..<100 {
            let host = try #require(HostID("web-\(number)"))
            let schedule = SampleSchedule(interval: .seconds(10), host: host)
            let start = Timestamp(seconds: 1_795_000_000, nanoseconds: 123_456_789)
            let wait = schedule.wait(at: start)
            #expect(wait > .zero && wait <= .seconds(10))
            #expect(schedule.wait(at: start + wait) == .seconds(10))
            phases.insert((start + wait).milliseconds % 10_000)
        }
        #expect(phases.count > 90)
    }

    @Test("rates are per second awake; a counter that went down, and a first sample, have none")
    func rates() {
        var table = RateTable(counters: ["a", "b"], selection: .both)
        var first: ValueMap = ["a": 10, "list": [["id": "x", "b": ["in": 5]], ["id": "y", "b": ["in": 7]]]]
        table.apply(to: &first, elapsed: nil)
        #expect(first["a.rate"] == nil)
        // y is first now, and z is new.
        var second: ValueMap = [
            "a": 30,
            "list": [["id": "y", "b": ["in": 3]], ["id": "z", "b": ["in": 1]], ["id": "x", "b": ["in": 6]]],
        ]
        table.apply(to: &second, elapsed: .seconds(2))
        #expect(second["a.rate"] == 10.0)
        #expect(second["list"]?.list?.map { $0["b.rate"] } == [nil, nil, ["in": 0.5]])
        var only = RateTable(counters: ["a"], selection: .rates)
        var third: ValueMap = ["a": 10, "c": 1]
        only.apply(to: &third, elapsed: nil)
        #expect(third == ["c": 1])
    }

    @Test("time asleep is told, and is not in the time that rates are of; a collector's interval is kept")
    func suspended() {
        let start = Sampler.Instant.now
        func later(_ seconds: Int, asleep: Int = 0) -> Sampler.Instant {
            Sampler.Instant(
                continuous: start.continuous + .seconds(seconds), awake: start.awake + .seconds(seconds - asleep))
        }
        var sampler = Sampler([CountingCollector()], intervals: ["counting": .seconds(20)])
        let time = Timestamp(seconds: 1)
        #expect(sampler.sample(at: time, instant: start).data == ["n": 1])
        #expect(sampler.sample(at: time, instant: later(10)).data.isEmpty)
        let third = sampler.sample(at: time, instant: later(120, asleep: 100)).data
        #expect(third == ["exhaust.suspended": 100.0, "n": 2, "n.rate": 0.05])
    }
}

/// Counts how often it is asked.
private struct CountingCollector: Collector {
    let name = "counting"
    let counters: Set<String> = ["n"]
    private var count: Int64 = 0

    mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        count += 1
        data["n"] = .int(count)
    }
}
