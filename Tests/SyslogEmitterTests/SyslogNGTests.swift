import ExhaustCore
import ExhaustRuntime
import Testing

@testable import SyslogEmitter

/// The names of syslog-ng beside ours. What is expected is what syslog-ng 3.38.1 (Debian 12) wrote of these messages
/// with `$(format-json --scope selected-macros --scope nv-pairs)`; its sources were called `tcp`, `udp` and `unix`.
@Suite("Names of syslog-ng")
struct SyslogNGTests {
    private static let maker = RecordMaker(
        zone: .fixed(0), aheadLimit: nil, otherNames: SyslogNGNames(hostName: "vm"))
    private static let tcp = Origin(transport: "tcp", address: "127.0.0.1", port: 40_124)

    private func names(_ line: String, from origin: Origin = tcp, received: Timestamp) throws -> Value {
        let record = Self.maker.record(of: Frame(bytes: Array(line.utf8)), from: origin, received: received)
        // All of theirs are in capitals, none of ours is.
        let theirs = record.data.entries.filter { $0.key == $0.key.uppercased() }
        #expect(record.data["message"] == record.data["MESSAGE"])
        return .map(ValueMap(unique: theirs))
    }

    @Test(
        "Each message has the fields that syslog-ng gives it",
        arguments: [
            (
                "<30>Nov 22 07:00:00 web-01 nginx[812]: exited on signal 9",
                #"{"TAGS":".source.tcp","SOURCEIP":"127.0.0.1","SOURCE":"tcp","PROGRAM":"nginx","PRIORITY":"info","#
                    + #""PID":"812","MESSAGE":"exited on signal 9","LEGACY_MSGHDR":"nginx[812]: ","#
                    + #""HOST_FROM":"127.0.0.1","HOST":"web-01","FACILITY":"daemon","DATE":"Nov 22 07:00:00"}"#
            ),
            (
                "<13>app: no stamp",
                #"{"TAGS":".source.tcp","SOURCEIP":"127.0.0.1","SOURCE":"tcp","PROGRAM":"app","PRIORITY":"notice","#
                    + #""MESSAGE":"no stamp","LEGACY_MSGHDR":"app: ","HOST_FROM":"127.0.0.1","HOST":"127.0.0.1","#
                    + #""FACILITY":"user","DATE":"Nov 24 10:40:01"}"#
            ),
            (
                "<13>Nov 22 07:00:00 host app says no colon",
                #"{"TAGS":".source.tcp","SOURCEIP":"127.0.0.1","SOURCE":"tcp","PROGRAM":"app","PRIORITY":"notice","#
                    + #""MESSAGE":"says no colon","LEGACY_MSGHDR":"app ","HOST_FROM":"127.0.0.1","HOST":"host","#
                    + #""FACILITY":"user","DATE":"Nov 22 07:00:00"}"#
            ),
            (
                "<189>123: *Mar  1 18:46:11: %SYS-5-CONFIG_I: configured",
                #"{"TAGS":".source.tcp","SOURCEIP":"127.0.0.1","SOURCE":"tcp","SEQNUM":"123","#
                    + #""PROGRAM":"%SYS-5-CONFIG_I","PRIORITY":"notice","MESSAGE":"configured","#
                    + #""LEGACY_MSGHDR":"%SYS-5-CONFIG_I: ","HOST_FROM":"127.0.0.1","HOST":"127.0.0.1","#
                    + #""FACILITY":"local7","DATE":"Mar  1 18:46:11"}"#
            ),
            (
                "<13>",
                #"{"TAGS":".source.tcp","SOURCEIP":"127.0.0.1","SOURCE":"tcp","PROGRAM":"","PRIORITY":"notice","#
                    + #""MESSAGE":"","LEGACY_MSGHDR":"","HOST_FROM":"127.0.0.1","HOST":"127.0.0.1","#
                    + #""FACILITY":"user","DATE":"Nov 24 10:40:01"}"#
            ),
            (
                "<13>1 2026-11-22T07:00:00+01:00 web-01 app 77 ID47 [a@1 k=\"v\\\"x\" k=\"w\"][b] failed",
                #"{"TAGS":".source.tcp","SOURCEIP":"127.0.0.1","SOURCE":"tcp","PROGRAM":"app","PRIORITY":"notice","#
                    + #""PID":"77","MSGID":"ID47","MESSAGE":"failed","HOST_FROM":"127.0.0.1","HOST":"web-01","#
                    + #""FACILITY":"user","DATE":"Nov 22 07:00:00"}"#
            ),
        ])
    func overTCP(line: String, expected: String) throws {
        let received = try #require(Timestamp(rfc3339: "2026-11-24T10:40:01Z"))
        #expect(try names(line, received: received) == JSONReader.parse(Array(expected.utf8)))
    }

    @Test("A local message without a host name has this machine's")
    func local() throws {
        let received = try #require(Timestamp(rfc3339: "2026-11-24T10:40:01Z"))
        // syslog-ng numbers local messages itself (SEQNUM), which is left out here.
        let expected =
            #"{"TAGS":".source.unix","SOURCEIP":"127.0.0.1","SOURCE":"unix","PROGRAM":"su","PRIORITY":"notice","#
            + #""PID":"7","MESSAGE":"glibc style","LEGACY_MSGHDR":"su[7]: ","HOST_FROM":"vm","HOST":"vm","#
            + #""FACILITY":"user","DATE":"Nov 22 07:00:00"}"#
        let actual = try names(
            "<13>Nov 22 07:00:00 su[7]: glibc style", from: Origin(transport: "unix"), received: received)
        #expect(try actual == JSONReader.parse(Array(expected.utf8)))
    }
}
