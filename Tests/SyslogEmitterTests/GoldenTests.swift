import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import SyslogEmitter

/// Inputs as senders wrote them, with the record of each frame as a line of JSON. The messages are from RFC 5424
/// section 6.5, RFC 3164 section 5.4, and written for these tests, those of vendors after their manuals.
@Suite("Syslog cases")
struct GoldenTests {
    private static let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Cases"

    @Test(
        "Each frame of a case becomes the record that its expected file has",
        arguments: [
            "rfc5424", "rfc5424-structured-data", "rfc5424-flawed", "rfc3164", "rfc3164-as-sent", "rfc3164-cisco",
            "rfc3164-vendors",
            "unparsed", "bytes", "framing", "framing-cut",
        ])
    func matches(name: String) throws {
        let input = try FileContent.read("\(Self.folder)/\(name)/input")
        let actual = Fixtures.frames(input).map { frame in
            Self.value(of: Fixtures.maker.record(of: frame, from: Origin(), received: Fixtures.received))
        }
        let lines = try FileContent.read("\(Self.folder)/\(name)/expected").split(separator: 10)
        #expect(actual.count == lines.count)
        for (actual, line) in zip(actual, lines) {
            let written = JSONWriter.bytes(of: actual)
            let expected = try JSONReader.parse(Array(line))
            // Through JSON and back, as a consumer sees it.
            #expect(try JSONReader.parse(written) == expected, "\(String(decoding: written, as: UTF8.self))")
        }
    }

    private static func value(of record: TelemetryRecord) -> Value {
        var map: ValueMap = ["time": .string(record.time.description)]
        if let number = record.severityNumber { map["severitynumber"] = .int(Int64(number)) }
        map["data"] = .map(record.data)
        return .map(map)
    }
}
