import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import ExhaustRuntime

@Suite("The spool", .timeLimit(.minutes(2)))
final class SpoolTests {
    private let directory: TemporaryDirectory
    private var folder: String { "\(directory.path)/spool" }

    init() throws { directory = try TemporaryDirectory() }

    deinit { directory.remove() }

    @Test("stays off the disk while the broker keeps up")
    func goodTimes() async throws {
        let fixture = try SpoolFixture(folder) { $0.interval = .seconds(30) }
        fixture.outlet.confirm(.max)
        try await fixture.running {
            try await fixture.accept(1...2000)
            try await fixture.outbox.drain()
            #expect(try SpoolFixture.segments(in: folder).isEmpty)
        }
        #expect(fixture.arrived.numbers == Array(1...2000))
    }

    @Test(
        "what was accepted comes again after a crash, first and with its ids, whatever the policy",
        arguments: [SpoolConfiguration.Sync.always, .interval, .never])
    func restart(sync: SpoolConfiguration.Sync) async throws {
        let before = try SpoolFixture(folder) { $0.sync = sync }
        let copy = "\(directory.path)/copy"
        try await before.running {
            try await before.accept(1...500)
            try await before.outbox.settle()
            try SpoolFixture.copy(folder, to: copy)
        }
        let after = try SpoolFixture(copy, start: "b")
        after.outlet.confirm(.max)
        try await after.running {
            try await after.accept(501...600)
            try await after.outbox.drain()
        }
        let events = after.outlet.batches.flatMap(\.self)
        #expect(after.arrived.numbers == Array(1...600))
        #expect(events.prefix(500).allSatisfy { $0.source == "//localhost/emitter-test/a" })
        #expect(events.prefix(500).map(\.id) == (1...500).map(String.init))
        #expect(events.suffix(100).map(\.id) == (1...100).map(String.init))
        #expect(try SpoolFixture.segments(in: copy).isEmpty)
    }

    @Test("a shutdown while the broker is away leaves everything in the spool")
    func shutdown() async throws {
        let before = try SpoolFixture(folder) { $0.interval = .seconds(30) }
        try await before.running { try await before.accept(1...100) }
        let after = try SpoolFixture(folder, start: "b")
        after.outlet.confirm(.max)
        try await after.running {
            try await fixtureIsDrained(after)
        }
        #expect(after.arrived.numbers == Array(1...100))
    }

    @Test("what memory cannot hold is on disk alone, and comes in order")
    func overflow() async throws {
        let fixture = try SpoolFixture(folder)
        try await fixture.running {
            try await fixture.accept(1...20_000)
            try await fixture.outbox.settle()
            #expect(fixture.outbox.state.withLock { $0.bytes } <= 64 << 10)
            fixture.outlet.confirm(.max)
            try await fixture.outbox.drain()
        }
        #expect(fixture.arrived == (Array(1...20_000), 0))
    }

    @Test("full, it drops the oldest and publishes the exact count")
    func dropOldest() async throws {
        let fixture = try SpoolFixture(folder) { $0.maxBytes = 1 << 20 }
        try await fixture.running {
            try await fixture.accept(1...20_000)
            try await fixture.outbox.settle()
            fixture.outlet.confirm(.max)
            try await fixture.accept(20_001...20_100)
            try await fixtureIsDrained(fixture)
        }
        try expectCounted(fixture, total: 20_100)
    }

    @Test("the count of what was dropped survives a crash, and is told once")
    func countSurvives() async throws {
        let before = try SpoolFixture(folder) { $0.maxBytes = 1 << 20 }
        let copy = "\(directory.path)/copy"
        try await before.running {
            try await before.accept(1...20_000)
            try await before.outbox.settle()
            try SpoolFixture.copy(folder, to: copy)
        }
        for start in ["b", "c"] {
            let again = try SpoolFixture(copy, start: start)
            again.outlet.confirm(.max)
            try await again.running { try await fixtureIsDrained(again) }
            if start == "b" { try expectCounted(again, total: 20_000) } else { #expect(again.arrived == ([], 0)) }
        }
    }

    @Test("full, it makes sources wait if it shall, and loses nothing")
    func block() async throws {
        let fixture = try SpoolFixture(folder) {
            $0.maxBytes = 1 << 20
            $0.whenFull = .block
        }
        try await fixture.running {
            var taken = 0
            for _ in 0..<200 {
                while fixture.outbox.offer(SpoolFixture.record(taken + 1)) { taken += 1 }
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(taken > 3000 && taken < 20_000)
            fixture.outlet.confirm(.max)
            try await fixture.outbox.drain()
            #expect(fixture.arrived == (Array(1...taken), 0))
        }
    }

    @Test("a folder belongs to one process")
    func locked() async throws {
        let first = try SpoolFixture(folder)
        try await first.running {
            try await first.accept(1...1)
            try await first.outbox.settle()
            let second = try SpoolFixture(folder)
            let error = await #expect(throws: ExhaustError.self) { try await second.outbox.run() }
            #expect(error?.description.contains("in use by another process") == true)
        }
    }

    @Test("a folder that cannot be used leaves the outbox in memory, and is used once it can be")
    func unusable() async throws {
        try directory.write([], to: "spool")
        let fixture = try SpoolFixture(folder)
        try await fixture.running {
            try await fixture.accept(1...10)
            try await Task.sleep(for: .milliseconds(50))
            #expect(fixture.outbox.acceptedID == 0)
            unlink(folder)
            try await fixture.outbox.settle()
            fixture.outlet.confirm(.max)
            try await fixture.outbox.drain()
        }
        #expect(fixture.arrived == (Array(1...10), 0))
    }

    @Test("a 2 MB filesystem fills, the oldest go, the gap has their exact count, and it goes on")
    func fullFilesystem() async throws {
        guard geteuid() == 0, mkdir(folder, 0o700) == 0, mount("tmpfs", folder, "tmpfs", 0, "size=2m") == 0 else {
            print("skipped: mounting a tmpfs needs root")
            return
        }
        defer { umount2(folder, Int32(MNT_DETACH)) }
        let fixture = try SpoolFixture(folder)
        try await fixture.running {
            try await fixture.accept(1...40_000)
            try await fixture.outbox.settle()
            fixture.outlet.confirm(.max)
            try await fixture.accept(40_001...41_000)
            try await fixtureIsDrained(fixture)
        }
        try expectCounted(fixture, total: 41_000)
        print("2 MB: \(fixture.arrived.numbers.count) arrived, \(fixture.arrived.lost) counted as lost")
    }

    /// Waits until everything arrived, the gaps too.
    private func fixtureIsDrained(_ fixture: SpoolFixture) async throws {
        while fixture.outbox.state.withLock({ !$0.isReady || !$0.backlog.isEmpty || $0.losses.hasNews || $0.opened != nil }) {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// What arrived is in order, and with what is counted as lost it is everything.
    private func expectCounted(_ fixture: SpoolFixture, total: Int) throws {
        let (numbers, lost) = fixture.arrived
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        #expect(lost > 0 && numbers.count + lost == total, "\(numbers.count) arrived, \(lost) counted as lost")
        #expect(numbers.last == total)
    }
}
