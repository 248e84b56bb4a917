import ExhaustCore
import Testing

@testable import SyslogEmitter

@Suite("Message parser")
struct MessageParserTests {
    private func text(_ range: Range<Int>?, of line: String) -> String? {
        range.map { String(decoding: Array(line.utf8)[$0], as: UTF8.self) }
    }

    @Test("A local sender's first word is no host name unless a tag follows it")
    func localHeader() {
        let plain = "<13>Nov 22 07:00:00 something happened here"
        let message = Fixtures.parser.parse(Array(plain.utf8), near: Fixtures.received, local: true)
        #expect(message.hostname == nil)
        #expect(message.appName == nil)
        #expect(text(message.text, of: plain) == "something happened here")

        let tagged = "<13>Nov 22 07:00:00 su: failed"
        let glibc = Fixtures.parser.parse(Array(tagged.utf8), near: Fixtures.received, local: true)
        #expect(text(glibc.appName, of: tagged) == "su")
        #expect(glibc.hostname == nil)

        let full = "<13>Nov 22 07:00:00 web-01 su[9]: failed"
        let relayed = Fixtures.parser.parse(Array(full.utf8), near: Fixtures.received, local: true)
        #expect(text(relayed.hostname, of: full) == "web-01")
        #expect(text(relayed.processID, of: full) == "9")
    }

    @Test(
        "Text that only looks like a tag stays in the message",
        arguments: [
            "<13>http://example.org/ is down", "<13>12:30 lunch", "<13>std::bad_alloc was thrown",
            "<13>\"quoted\": text", "<13>[  1.5] kernel ring", "<13>: nothing before the colon",
        ])
    func noTag(line: String) {
        let message = Fixtures.parser.parse(Array(line.utf8), near: Fixtures.received)
        #expect(message.appName == nil)
        #expect(text(message.text, of: line) == String(line.dropFirst(4)))
    }

    @Test("Line ends and NUL bytes end a message and are no part of it")
    func trailer() {
        let bytes = Array("<13>app: text\r\n\0".utf8)
        let message = Fixtures.parser.parse(bytes, near: Fixtures.received)
        #expect(String(decoding: bytes[message.text], as: UTF8.self) == "text")
    }

    @Test("Every priority has its facility, severity and OpenTelemetry number")
    func priorities() throws {
        let numbers = try (0...7).map { try #require(Priority($0)).severityNumber }
        #expect(numbers == [21, 19, 18, 17, 13, 10, 9, 5])
        let last = try #require(Priority(191))
        #expect(last.facilityName == "local7")
        #expect(last.severityName == "debug")
        #expect(Priority(192) == nil)
        #expect(Priority(-1) == nil)
    }
}
