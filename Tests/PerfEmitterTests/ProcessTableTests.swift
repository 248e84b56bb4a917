import ExhaustCore
import Testing

@testable import PerfEmitter

@Suite("processes from one sample to the next")
struct ProcessTableTests {
    /// A machine whose processes do what the test says, and that notes who was read.
    private final class Machine {
        var processes: [UInt32: ProcessStatistics] = [:]
        var read: [UInt32] = []
        var table = ProcessTable()

        init(_ pids: some Sequence<UInt32>) throws {
            var stat = try #require(ProcessStatistics(try Fixture.scanner("proc/400/stat")))
            stat.state = UInt8(ascii: "S")
            for pid in pids { processes[pid] = stat }
        }

        func stat(_ pid: UInt32) -> ProcessStatistics? {
            read.append(pid)
            return processes[pid]
        }

        /// A sample `seconds` after the one before; gives who was read.
        func sample(after seconds: Double = 10, inode: UInt64 = 7) -> [UInt32] {
            read = []
            let listing = processes.keys.sorted().map { ProcessTable.Listed(pid: $0, inode: inode + UInt64($0)) }
            table.update(listing, elapsed: seconds, read: stat)
            return read
        }
    }

    @Test("who is new is read a few times, who runs each time, of the idle ones a few in turn")
    func turns() throws {
        let machine = try Machine(100..<300)
        #expect(machine.sample(after: 0).count == 200)
        for _ in 0..<2 { #expect(machine.sample(after: 5).count == 200) }
        let turns = (0..<4).map { _ in machine.sample(after: 5) }
        #expect(turns.map(\.count) == [64, 64, 64, 64])
        #expect(Set(turns.joined()) == Set(100..<300))
        // Each once a minute at least.
        #expect(machine.sample(after: 30).count == 101)
        machine.processes[120]?.state = UInt8(ascii: "D")
        for _ in 0..<4 { _ = machine.sample(after: 5) }
        for _ in 0..<4 { #expect(machine.sample(after: 5).first == 120) }
        #expect(machine.table.entries.count == 200)
    }

    @Test("who used CPU leads, with the share of the time since it was read before")
    func busy() throws {
        let machine = try Machine(1..<200)
        for _ in 0..<7 { _ = machine.sample(after: 1) }
        while machine.sample(after: 1).contains(6) {}
        machine.processes[6]?.ticks += 40
        machine.table.readRest(machine.stat)
        let top = try #require(machine.table.top(1, read: machine.stat).first)
        #expect(top.pid == 6 && top.ticks == 40)
        let span = try #require(top.span)
        // Of what it used since it was read before, so much was in this second.
        #expect(span >= 1 && abs(machine.table.ticksFound - 40 / span) < 1e-9)
        #expect(machine.sample(after: 1).contains(6))
    }

    @Test("another process with the same number is a new one, by its folder or by its start")
    func reuse() throws {
        let machine = try Machine([400])
        for _ in 0..<8 { _ = machine.sample() }
        #expect(machine.sample(after: 1, inode: 9999) == [400])
        #expect(machine.table.entries.first?.span == nil)
        for _ in 0..<4 { _ = machine.sample(after: 1, inode: 9999) }
        machine.processes[400]?.startTicks += 1
        _ = machine.sample(after: 1, inode: 9999)
        #expect(machine.table.entries.first?.span == nil)
        #expect(machine.table.entries.first?.ticks == machine.processes[400]?.ticks)
    }

    @Test("who is gone is forgotten; without a number of its folder one is read each time")
    func gone() throws {
        let machine = try Machine([1, 2, 3])
        for _ in 0..<8 { _ = machine.sample() }
        machine.processes[2] = nil
        _ = machine.sample()
        #expect(machine.table.entries.map(\.pid) == [1, 3])
        machine.table.update([.init(pid: 1, inode: 1)], elapsed: 1, read: machine.stat)
        machine.read = []
        machine.table.update([.init(pid: 1, inode: 1)], elapsed: 1, read: machine.stat)
        #expect(machine.read == [1])
        machine.table.update([.init(pid: 1, inode: 1)], elapsed: 1) { _ in nil }
        #expect(machine.table.entries.isEmpty)
    }

    @Test("made-up names cannot make a sample huge")
    func commandLimit() throws {
        let machine = try Machine(0..<1500)
        for pid in machine.processes.keys { machine.processes[pid]?.command = "name-\(pid % 1100)" }
        _ = machine.sample()
        let counts = ProcessCounts(machine.table.entries)
        #expect(counts.byCommand.count == 1000)
        #expect(counts.byCommand["name-0"] == 2)
        #expect(counts.uncountedCommands == 100)
        #expect(counts.byStatus["sleeping"] == 1500)
    }
}
