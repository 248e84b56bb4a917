import ExhaustCore
import Testing

@testable import AcctEmitter

@Suite("the time of an exit")
struct ExitClockTests {
    private func record(start: UInt32, elapsedTicks: Double) throws -> AcctRecord {
        var record = try AcctRecord.decode(Fixture.bytes("linux-6.18.pacct"))
        record.startSecond = start
        record.elapsedTicks = elapsedTicks
        return record
    }

    @Test("a record that was waited for ended when it was read")
    func witnessed() throws {
        var clock = ExitClock()
        let read = Timestamp(seconds: 1002, nanoseconds: 700_000_000)
        #expect(clock.end(of: try record(start: 1000, elapsedTicks: 225), witnessed: read) == read)
    }

    @Test("the second of the end is start plus whole seconds elapsed, whatever was witnessed")
    func secondIsExact() throws {
        var clock = ExitClock()
        let late = Timestamp(seconds: 1003, nanoseconds: 2_000_000)
        let end = clock.end(of: try record(start: 1000, elapsedTicks: 225), witnessed: late)
        #expect(end == Timestamp(seconds: 1002, nanoseconds: 999_999_999))
        clock = ExitClock()
        let early = clock.end(of: try record(start: 1000, elapsedTicks: 225), witnessed: Timestamp(seconds: 900))
        #expect(early == Timestamp(seconds: 1002))
    }

    @Test("a record from a file ended at start plus elapsed")
    func estimated() throws {
        var clock = ExitClock()
        let end = clock.end(of: try record(start: 1000, elapsedTicks: 225))
        #expect(end == Timestamp(seconds: 1002, nanoseconds: 250_000_000))
    }

    @Test("within a second times do not run backwards; a clock that was set back is followed")
    func keepsOrder() throws {
        var clock = ExitClock()
        let records: [(start: UInt32, ticks: Double)] = [(1000, 90), (1000, 10), (1001, 10), (500, 10)]
        let ends = try records.map { clock.end(of: try record(start: $0.start, elapsedTicks: $0.ticks)).milliseconds }
        #expect(ends == [1_000_900, 1_000_900, 1_001_100, 500_100])
    }

    @Test("times that no kernel writes stay within reason")
    func boundsElapsed() throws {
        var clock = ExitClock()
        let end = clock.end(of: try record(start: .max, elapsedTicks: Double(Float.greatestFiniteMagnitude)))
        #expect(end.seconds == Int64(UInt32.max) + 1 << 32)
    }
}
