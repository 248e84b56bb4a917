import ExhaustCore
import Testing

@testable import SyslogEmitter

@Suite("Record maker")
struct RecordMakerTests {
    @Test("A message has its ECS and OpenTelemetry fields, its severity number and both times")
    func fields() {
        let record = Fixtures.record("<34>1 2026-11-22T07:00:00.003Z web-01 su - ID47 [a@1 k=\"v\"] failed")
        #expect(record.time == Fixtures.time("2026-11-22T07:00:00.003Z"))
        #expect(record.recordedTime == Fixtures.received)
        #expect(record.severityNumber == 18)
        #expect(
            record.data == [
                "message": "failed", "exhaust.syslog.format": "rfc5424", "log.syslog.priority": 34,
                "log.syslog.facility.code": 4, "log.syslog.facility.name": "auth", "log.syslog.severity.code": 2,
                "log.syslog.severity.name": "crit", "log.syslog.version": "1", "log.syslog.hostname": "web-01",
                "log.syslog.appname": "su", "log.syslog.msgid": "ID47",
                "log.syslog.structured_data": ["a@1": ["k": "v"]],
            ])
    }

    @Test("Where a message came from is told by the kernel's fields, never by the message")
    func origin() {
        let frame = Frame(bytes: Array("<13>app: text".utf8))
        let local = Fixtures.maker.record(
            of: frame, from: Origin(transport: "unix", sender: .init(pid: 7, uid: 33, gid: 34)),
            received: Fixtures.received)
        #expect(local.data["network.transport"] == "unix")
        #expect(local.data["exhaust.sender.pid"] == 7)
        #expect(local.data["exhaust.sender.uid"] == 33)
        #expect(local.data["exhaust.sender.gid"] == 34)
        let remote = Fixtures.maker.record(
            of: frame, from: Origin(transport: "udp", address: "192.0.2.1", port: 40_124), received: Fixtures.received)
        #expect(remote.data["client.address"] == "192.0.2.1")
        #expect(remote.data["client.port"] == 40_124)
    }

    @Test("Bytes that are not UTF-8 are kept as they are, beside a text that can be read")
    func notUTF8() {
        let bytes = Array("<13>app: caf".utf8) + [0xe9]
        let record = Fixtures.record(bytes)
        #expect(record.data["message"] == "caf\u{fffd}")
        #expect(record.data["exhaust.raw_base64"] == .bytes(bytes))
    }

    @Test("A message that was cut says so, and says how long it was; cutting makes no bad UTF-8")
    func truncated() {
        let long = Array(("<13>app: " + String(repeating: "é", count: 400)).utf8)
        let frame = Fixtures.frames(long, limit: 480)[0]
        let record = Fixtures.maker.record(of: frame, from: Origin(), received: Fixtures.received)
        #expect(record.data["exhaust.truncated"] == true)
        #expect(record.data["exhaust.original_length"] == .int(Int64(long.count)))
        #expect(record.data["exhaust.raw_base64"] == nil)
        #expect(record.data["message"]?.string?.hasSuffix("é") == true)
    }

    @Test("A line that cannot be read stays whole, with the reason")
    func unparsed() {
        let record = Fixtures.record("what is this?")
        #expect(record.data["exhaust.syslog.format"] == "unparsed")
        #expect(record.data["message"] == "what is this?")
        #expect(record.data["exhaust.parse.error"] == "neither a priority nor a time stamp begins the line")
        #expect(record.time == Fixtures.received)
        #expect(record.severityNumber == nil)
    }
}
