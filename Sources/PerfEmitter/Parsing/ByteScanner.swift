/// Reads the texts of /proc from left to right, as bytes and without making strings of them.
package struct ByteScanner: Sendable {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// A scanner of the first `count` of `bytes`.
    package init(_ bytes: [UInt8], count: Int) {
        self.bytes = bytes
        position = 0
        end = min(count, bytes.count)
    }

    /// A scanner of all of `bytes`.
    package init(_ bytes: [UInt8]) { self.init(bytes, count: bytes.count) }

    private init(_ bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// Whether everything was read.
    package var isAtEnd: Bool { position >= end }
    /// What was not read yet.
    package var rest: ArraySlice<UInt8> { bytes[min(position, end)..<end] }

    /// The next line, without its end; `nil` after the last one.
    package mutating func line() -> ByteScanner? {
        guard position < end else { return nil }
        let stop = bytes[position..<end].firstIndex(of: 10) ?? end
        defer { position = stop + 1 }
        return ByteScanner(bytes, range: position..<stop)
    }

    /// The bytes up to the next white space, after any before it; `nil` at the end.
    package mutating func word() -> ArraySlice<UInt8>? {
        skipSpace()
        let start = position
        while position < end, !Self.isSpace(bytes[position]) { position += 1 }
        return start < position ? bytes[start..<position] : nil
    }

    /// Skips `text` if it is next.
    package mutating func skip(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard text.isASCII, end - position >= length else { return false }
        for offset in 0..<length where bytes[position + offset] != text.utf8Start[offset] { return false }
        position += length
        return true
    }

    /// Skips everything up to and including the last `byte`; says whether there is one.
    package mutating func skipPast(last byte: UInt8) -> Bool {
        guard position < end, let found = bytes[position..<end].lastIndex(of: byte) else { return false }
        position = found + 1
        return true
    }

    /// A whole number in decimal digits, after any white space; `nil` if there is none or it exceeds 64 bits.
    package mutating func number() -> UInt64? {
        skipSpace()
        let start = position
        var number: UInt64 = 0
        while position < end, (48...57).contains(bytes[position]) {
            let (scaled, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = scaled.addingReportingOverflow(UInt64(bytes[position] - 48))
            guard !tooLarge, !overflow else { return nil }
            number = sum
            position += 1
        }
        return position > start ? number : nil
    }

    /// A whole number in hexadecimal digits, after any white space; `nil` if there is none or it exceeds 64 bits.
    package mutating func hexadecimal() -> UInt64? {
        guard let digits = word(), digits.count <= 16 else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// The next word as text.
    package mutating func string() -> String? { word().map { String(decoding: $0, as: UTF8.self) } }

    /// As `number`, with a sign.
    package mutating func signedNumber() -> Int64? {
        skipSpace()
        let negative = skip("-")
        return number().flatMap(Int64.init(exactly:)).map { negative ? -$0 : $0 }
    }

    /// A number with a decimal fraction, such as `0.21`.
    package mutating func decimal() -> Double? {
        guard let whole = number() else { return nil }
        guard skip(".") else { return Double(whole) }
        var (fraction, divisor) = (0.0, 1.0)
        while position < end, (48...57).contains(bytes[position]) {
            // Digits past the fifteenth are beyond a double anyway.
            if divisor < 1e15 {
                fraction = fraction * 10 + Double(bytes[position] - 48)
                divisor *= 10
            }
            position += 1
        }
        return (Double(whole) * divisor + fraction) / divisor
    }

    /// Skips the next `count` words.
    package mutating func skipWords(_ count: Int) {
        for _ in 0..<count where word() == nil { return }
    }

    private mutating func skipSpace() {
        while position < end, Self.isSpace(bytes[position]) { position += 1 }
    }

    /// Blank, tab and newline. The kernel escapes just these in names; other control characters may be part of one.
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 || byte == 10 }
}
