import ExhaustCore
import Testing

@Suite("Events as CloudEvents JSON")
struct EventJSONTests {
    static let event: Event = {
        var event = Event(
            type: .syslog, source: "//web-01/emitter-syslog/01J", id: "7",
            time: Timestamp(seconds: 1_790_000_000, nanoseconds: 3_000_000), host: .localhost,
            data: ["message": "a \"quoted\"\nline", "n": 1.5])
        event.recordedTime = Timestamp(seconds: 1_790_000_001)
        event.severityNumber = 17
        event.causationID = "c"
        event.correlationID = "r"
        event.chainDepth = 2
        event.extensions = ["traceparent": "00-ab"]
        return event
    }()

    @Test("come back as they went")
    func roundTrip() throws {
        #expect(try EventJSON.decode(EventJSON.encode(Self.event)) == Self.event)
        let batch = Array(repeating: Self.event, count: 3)
        #expect(try EventJSON.decodeBatch(EventJSON.encodeBatch(batch)) == batch)
    }

    @Test("are written in one known form")
    func form() {
        let text = String(decoding: EventJSON.encode(Self.event), as: UTF8.self)
        #expect(
            text == #"{"specversion":"1.0","type":"exhaust.syslog","source":"//web-01/emitter-syslog/01J","id":"7","#
                + #""time":"2026-09-21T14:13:20.003Z","host":"localhost","recordedtime":"2026-09-21T14:13:21.000Z","#
                + #""severitynumber":17,"causationid":"c","correlationid":"r","chaindepth":2,"traceparent":"00-ab","#
                + #""datacontenttype":"application/json","data":{"message":"a \"quoted\"\nline","n":1.5}}"#)
    }

    @Test(
        "are refused with the attribute that is wrong",
        arguments: [
            ("[]", "an event is an object, not list at byte 0"),
            (#"{"specversion":"0.3"}"#, #"attribute specversion must be "1.0" at byte 0"#),
            (
                #"{"specversion":"1.0","host":"Web.1"}"#,
                #"attribute host "Web.1" is no host id ([a-z0-9-]{1,63}) at byte 0"#
            ),
            (#"{"specversion":"1.0","host":"a","type":""}"#, "attribute type must not be empty at byte 0"),
            (#"{"specversion":"1.0","host":"a","type":"t","source":"s"}"#, "attribute id is missing at byte 0"),
            (
                #"{"specversion":"1.0","host":"a","type":"t","source":"s","id":"1","time":"now"}"#,
                #"attribute time "now" is no RFC 3339 time at byte 0"#
            ),
            (
                #"{"specversion":"1.0","host":"a","type":"t","source":"s","id":"1","#
                    + #""time":"2026-01-01T00:00:00Z","data":1}"#,
                "attribute data must be an object, not int at byte 0"
            ),
        ])
    func refused(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try EventJSON.decode(Array(text.utf8)) }
        #expect(error?.description == message)
    }

    @Test("name the place in a batch")
    func batchPlace() {
        let error = #expect(throws: JSONError.self) { try EventJSON.decodeBatch(Array("[{}]".utf8)) }
        #expect(error?.description == "attribute specversion is missing at byte 0, in [0]")
    }
}
