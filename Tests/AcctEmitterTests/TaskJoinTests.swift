import ExhaustCore
import Testing

@testable import AcctEmitter

@Suite("joining taskstats with records")
struct TaskJoinTests {
    @Test("the tasks of a process add up, and the leader's status counts")
    func addsUp() throws {
        var join = TaskJoin()
        #expect(join.add(try Taskstats.task(task: 71, process: 70, flags: [])) == nil)
        #expect(join.add(try Taskstats.task(task: 70, process: 70, flags: [], status: 512)) == nil)
        let totals = try #require(join.add(try Taskstats.task(task: 72, process: 70)))
        #expect(totals.tasks == 3 && totals.waitStatus == 512 && totals.usage.userMicroseconds == 3 * 152)
        #expect(totals.usage.peakResidentKiB == 200 && join.count == 0)
    }

    @Test("a process that has the number of one whose end was lost starts anew")
    func reuse() throws {
        var join = TaskJoin()
        #expect(join.add(try Taskstats.task(task: 71, flags: [], start: 500)) == nil)
        #expect(join.add(try Taskstats.task(start: 1000))?.tasks == 1)
    }

    @Test("a record takes its process once, with a start that may be a second apart", arguments: [999, 1000, 1001])
    func takes(start: UInt32) throws {
        var join = TaskJoin()
        let totals = try #require(join.add(try Taskstats.task()))
        #expect(join.keep(totals, now: .now) == nil)
        #expect(join.take(pid: 71, startSecond: start) == nil)
        #expect(join.take(pid: 70, startSecond: 1002) == nil)
        #expect(join.take(pid: 70, startSecond: start) == totals)
        #expect(join.take(pid: 70, startSecond: start) == nil)
    }

    @Test("what no record comes for leaves after its time, once")
    func waits() throws {
        var join = TaskJoin()
        let begin = ContinuousClock.now
        let totals = try #require(join.add(try Taskstats.task()))
        _ = join.keep(totals, now: begin)
        #expect(join.takeWaiting(since: begin - .seconds(1)).isEmpty)
        #expect(join.takeWaiting(since: begin) == [totals])
        #expect(join.takeWaiting(since: begin).isEmpty)
    }

    @Test("floods do not fill the memory")
    func bounds() throws {
        var join = TaskJoin()
        var left = 0
        for number in 0..<UInt32(40_000) {
            let totals = try #require(join.add(try Taskstats.task(task: number, process: number)))
            if join.keep(totals, now: .now) != nil { left += 1 }
            #expect(join.add(try Taskstats.task(task: number, process: number + 1_000_000, flags: [])) == nil)
        }
        #expect(join.count <= 2 * TaskJoin.limit && left == 40_000 - TaskJoin.limit)
    }
}
