import ExhaustCore
import ExhaustRuntime
import Testing

@testable import AcctEmitter

@Suite("messages of taskstats")
struct TaskRecordTests {
    @Test("each version is read by its own layout", arguments: [13, 14, 15, 16, 17] as [UInt16])
    func versions(version: UInt16) throws {
        let structure = Taskstats.structure(version: version, status: 256)
        #expect(structure.count == [13: 416, 14: 432, 15: 560, 16: 560, 17: 560][version])
        let task = try #require(try TaskstatsSocket.tasks(in: Taskstats.message(structure)[...], family: 30).first)
        #expect(task.version == version && task.waitStatus == 256 && task.endsProcess)
        #expect(task.command == Array("worker".utf8))
        #expect([task.userID, task.groupID, task.taskID, task.processID, task.parentPID] == [5, 6, 70, 70, 1])
        #expect(task.startSecond == 1000 && task.elapsedMicroseconds == 2_500_000)
        #expect(task.usage.sums == TaskUsage.sums.map { UInt64($0.offset) })
        #expect(task.usage.peakResidentKiB == 200 && task.usage.peakVirtualKiB == 208)
        let interrupt: UInt64 = version == 13 ? 0 : 424
        #expect(task.usage.delayNanoseconds == [24, 40, 56, 320, 336, 360, 408, interrupt])
        #expect(task.executableDevice == 384 && task.executableInode == 392)
    }

    @Test("an older version is refused with its number, a short structure with its length")
    func refuses() throws {
        var old = Taskstats.structure(version: 13)
        old[0] = 12
        let message = Taskstats.message(old)
        #expect(throws: ExhaustError.self) { try TaskstatsSocket.tasks(in: message[...], family: 30) }
        for version: UInt16 in [13, 14, 15, 16] {
            let whole = Taskstats.structure(version: version)
            for count in 0..<416 {
                #expect(throws: TaskRecord.Refusal.truncated(count)) {
                    try TaskRecord.decode(NetlinkBytes(whole.prefix(count)))
                }
            }
        }
    }

    @Test("messages of others and those of threads' sums are passed over")
    func passesOver() throws {
        let structure = Taskstats.structure()
        #expect(try TaskstatsSocket.tasks(in: Taskstats.message(family: 31, structure)[...], family: 30).isEmpty)
        let two = Taskstats.message(structure) + Taskstats.message(structure)
        #expect(try TaskstatsSocket.tasks(in: two[...], family: 30).count == 2)
    }

    @Test("a request is read back as what it is, and errors are told from answers")
    func request() throws {
        let bytes = NetlinkMessage.request(family: 16, command: 3, attribute: 2, text: "TASKSTATS")
        let message = try #require(NetlinkMessage.all(in: bytes[...]).first)
        #expect(bytes.count % 4 == 0 && message.type == 16 && message.errorNumber == nil)
        #expect(message.attributes.map(\.type) == [2])
        #expect(message.attributes.first?.content.text(0, width: 16) == Array("TASKSTATS".utf8))
        let error = Taskstats.bytes(UInt32(20)) + Taskstats.bytes(UInt16(2)) + [UInt8](repeating: 0, count: 10)
        #expect(NetlinkMessage.all(in: (error + Taskstats.bytes(Int32(-1)))[...]).first?.errorNumber == 1)
        #expect(NetlinkMessage.all(in: (error + Taskstats.bytes(Int32.min))[...]).first?.errorNumber == nil)
    }

    @Test("malformed messages never end the program")
    func survivesMutations() {
        let original = Taskstats.message(Taskstats.structure()) + Taskstats.message(Taskstats.structure(version: 15))
        var random = SeededGenerator(seed: 2)
        for _ in 0..<20_000 {
            var bytes = original
            // Mostly in the headers, where the lengths are.
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let end = Bool.random(using: &random) ? 48 : bytes.count
                bytes[Int.random(in: 0..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            // What it gives is of no interest, and a refusal is right as well.
            guard let tasks = try? TaskstatsSocket.tasks(in: bytes[...], family: 30) else { continue }
            var (join, telemetry) = (
                TaskJoin(), RecordTelemetry(names: NameCache(user: { _ in nil }, group: { _ in nil }))
            )
            for task in tasks {
                guard let totals = join.add(task) else { continue }
                _ = telemetry.data(of: totals, now: totals.end)
            }
        }
    }
}
