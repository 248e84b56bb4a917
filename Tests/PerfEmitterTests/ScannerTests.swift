import Testing

@testable import PerfEmitter

@Suite("reading bytes")
struct ScannerTests {
    @Test("numbers end where digits do, and one that is too large is none")
    func numbers() {
        var text = ByteScanner(" 12 -7 18446744073709551615 18446744073709551616")
        #expect(text.number() == 12)
        #expect(text.signedNumber() == -7)
        #expect(text.number() == .max)
        #expect(text.number() == nil)
        var none = ByteScanner("x")
        #expect(none.number() == nil)
    }

    @Test(
        "decimals are as exact as a double",
        arguments: [
            ("0.21", 0.21), ("12.03", 12.03), ("7", 7.0), ("0.1234567890123456789", 0.123456789012345), ("5.", 5.0),
        ])
    func decimals(text: String, value: Double) {
        var scanner = ByteScanner(text)
        #expect(scanner.decimal() == value)
    }

    @Test("lines and words are found, also in the last line without an end")
    func linesAndWords() {
        var text = ByteScanner("one two\n\n three")
        var first = text.line()
        #expect(first?.word().map(Array.init) == Array("one".utf8))
        #expect(first?.word().map(Array.init) == Array("two".utf8))
        #expect(first?.word() == nil)
        #expect(text.line()?.isAtEnd == true)
        var last = text.line()
        #expect(last?.word().map(Array.init) == Array("three".utf8))
        #expect(text.line() == nil)
    }
}
