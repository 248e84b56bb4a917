import ExhaustCore
import ExhaustRuntime
import Testing

@testable import AcctEmitter

@Suite("events of records")
struct TelemetryTests {
    private func record(_ index: Int) throws -> AcctRecord {
        try AcctRecord.decode(Fixture.bytes("linux-6.18.pacct")[(index * 64)...])
    }

    private func data(_ record: AcctRecord) -> ValueMap {
        var telemetry = RecordTelemetry(names: NameCache(user: { "user-\($0)" }, group: { $0 == 0 ? "root" : nil }))
        return telemetry.data(of: record, now: Timestamp(seconds: 0))
    }

    @Test("an exit has a code, and no signal")
    func exited() throws {
        let expected: ValueMap = [
            "process.command": "sh", "process.pid": 4, "process.parent_pid": 1, "process.user.id": 0,
            "process.user.name": "user-0", "process.group.id": 0, "process.group.name": "root", "process.exit.code": 7,
            "process.creation.time": "2026-11-23T07:52:43.000Z", "exhaust.acct.elapsed_seconds": 0.0,
            "exhaust.acct.user_seconds": 0.0, "exhaust.acct.system_seconds": 0.0,
            "exhaust.acct.average_memory_kib": 2592, "exhaust.acct.minor_faults": 92, "exhaust.acct.major_faults": 0,
            "exhaust.acct.io": 873, "exhaust.acct.flags": [], "exhaust.acct.version": 3,
        ]
        #expect(try data(record(1)) == expected)
    }

    @Test("a death by signal has the signal, its name and whether core was dumped, and no code")
    func killed() throws {
        let data = try data(record(7))
        #expect(data["process.exit.code"] == nil)
        #expect(data["exhaust.exit.signal"] == 11)
        #expect(data["exhaust.exit.signal_name"] == "SIGSEGV")
        #expect(data["exhaust.exit.core_dumped"] == true)
        #expect(data["exhaust.acct.flags"] == ["ACORE", "AXSIG"])
    }

    @Test("a name that is not UTF-8 keeps its bytes beside the readable text")
    func keepsRawName() throws {
        let data = try data(record(12))
        #expect(data["process.command"] == "caf\u{fffd}")
        #expect(data["exhaust.process.command_raw"] == .bytes([0x63, 0x61, 0x66, 0xe9]))
    }

    @Test("a user without a name has only a number; a terminal has its device numbers")
    func optionalFields() throws {
        let daemon = try data(record(6))
        #expect(daemon["process.group.id"] == 1)
        #expect(daemon["process.group.name"] == nil)
        #expect(daemon["exhaust.acct.tty"] == nil)
        #expect(try data(record(13))["exhaust.acct.tty"] == "136:0")
    }

    @Test("a name is asked for once a minute")
    func cachesNames() {
        let (calls, lookup) = countingLookup()
        var cache = NameCache(user: lookup, group: { _ in nil })
        for second in 0..<60 { #expect(cache.userName(5, now: Timestamp(seconds: Int64(second))) == "user-5") }
        #expect(calls() == 1)
        #expect(cache.userName(5, now: Timestamp(seconds: 60)) == "user-5")
        #expect(calls() == 2)
    }

    @Test("a flood of numbers does not fill the memory, and NSS knows root")
    func boundsNames() {
        var cache = NameCache(user: NameCache.lookUpUser, group: NameCache.lookUpGroup)
        #expect(cache.userName(0, now: Timestamp(seconds: 0)) == "root")
        #expect(cache.groupName(0, now: Timestamp(seconds: 0)) == "root")
        #expect(cache.userName(.max - 1, now: Timestamp(seconds: 0)) == nil)
        var small = NameCache(user: { _ in nil }, group: { _ in nil })
        for id in 0..<20_000 { #expect(small.userName(UInt32(id), now: Timestamp(seconds: 0)) == nil) }
        #expect(small.count <= 4096)
    }
}
