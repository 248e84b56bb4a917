import Testing

@testable import AcctEmitter

@Suite("accounting records")
struct RecordTests {
    private func records(_ name: String) throws -> [AcctRecord] {
        let bytes = try Fixture.bytes(name)
        return try stride(from: 0, to: bytes.count, by: AcctRecord.size).map { try AcctRecord.decode(bytes[$0...]) }
    }

    @Test("every field of a file written by Linux 6.18 equals what dump-acct prints")
    func equalsDumpAcct() throws {
        let records = try records("linux-6.18.pacct")
        let lines = DumpAcct.parse(try Fixture.bytes("linux-6.18.dump-acct"))
        #expect(records.count == lines.count)
        for (record, line) in zip(records, lines) {
            #expect(DumpAcct.line(record) == line.fields)
            #expect(record.command == line.command)
        }
    }

    @Test("the same file in big-endian gives the same records")
    func readsBothByteOrders() throws {
        #expect(try records("linux-6.18.big-endian.pacct") == records("linux-6.18.pacct"))
    }

    @Test("exit codes and signals are told apart, and a core dump is seen")
    func decodesExits() throws {
        let records = try records("linux-6.18.pacct")
        #expect(records[1].exit == .exited(7))
        #expect(records[2].exit == .killed(signal: 9, coreDumped: false))
        #expect(records[2].flags == .signal)
        #expect(records[3].exit == .killed(signal: 15, coreDumped: false))
        #expect(records[4].flags == .fork)
        #expect(records[5].elapsedSeconds == 1.25)
        #expect(records[7].exit == .killed(signal: 11, coreDumped: true))
        #expect(records[13].terminal?.description == "136:0")
        #expect(records[16].exit == .exited(255))
    }

    @Test("only the record of the caller of acct(2) counts as a switch")
    func recognisesSwitches() throws {
        let records = try records("linux-6.18.pacct")
        #expect(records.indices.filter { records[$0].isSwitch } == [records.count - 1])
    }

    @Test(
        "wait statuses decode as wait(2) says",
        arguments: [
            (0, ProcessEnd.exited(0)), (256, .exited(1)), (0xff00, .exited(255)),
            (9, .killed(signal: 9, coreDumped: false)), (0x8b, .killed(signal: 11, coreDumped: true)),
            (0x7f, .other(0x7f)), (0x1_0000, .other(0x1_0000)),
        ])
    func decodesWaitStatus(status: Int, expected: ProcessEnd) {
        #expect(ProcessEnd(waitStatus: UInt32(status)) == expected)
    }

    @Test(
        "comp_t is 13 bits times a power of 8",
        arguments: [
            (0x0000, 0), (0x1fff, 8191), (0x2001, 8), (0x3fff, 65_528), (0xe001, 1 << 21), (0xffff, 8191 << 21),
        ])
    func decodesCompact(code: Int, value: Int) {
        var reader = FieldReader([UInt8(code & 0xff), UInt8(code >> 8)])
        #expect(reader.compact() == UInt64(value))
    }

    @Test("a name that fills its field needs no NUL")
    func readsFullName() throws {
        var bytes = [UInt8](try Fixture.bytes("linux-6.18.pacct").prefix(64))
        bytes.replaceSubrange(48..<64, with: Array("sixteen-letters!".utf8))
        #expect(try AcctRecord.decode(bytes).command == Array("sixteen-letters!".utf8))
    }

    @Test("other versions, short records and impossible times are refused with a reason")
    func refuses() throws {
        let good = [UInt8](try Fixture.bytes("linux-6.18.pacct").prefix(64))
        #expect(throws: AcctRecord.Refusal.truncated(63)) { try AcctRecord.decode(good.dropLast()) }
        var other = good
        other[1] = 2
        #expect(throws: AcctRecord.Refusal.version(2)) { try AcctRecord.decode(other) }
        #expect(AcctRecord.Refusal.version(2).description == "record version 2 is not supported, only version 3 is")
        other = good
        other.replaceSubrange(28..<32, with: [0, 0, 0xc0, 0x7f])
        #expect(throws: AcctRecord.Refusal.elapsedTime) { try AcctRecord.decode(other) }
    }

    @Test(
        "signals have the names of signal(7)",
        arguments: [
            (1, "SIGHUP"), (9, "SIGKILL"), (31, "SIGSYS"), (32, "SIG32"), (34, "SIGRTMIN"), (64, "SIGRTMAX"),
            (0, "SIG0"),
        ])
    func namesSignals(number: Int, name: String) {
        #expect(SignalName.of(number) == name)
    }
}
