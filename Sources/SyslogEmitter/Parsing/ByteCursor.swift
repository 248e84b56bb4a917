/// Reads one message from left to right: bytes, no copies, never past `end`.
struct ByteCursor {
    let bytes: [UInt8]
    /// The next byte to read.
    var position: Int
    /// One past the last byte of the message.
    let end: Int

    init(_ bytes: [UInt8], from position: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        self.position = position
        self.end = end ?? bytes.count
    }

    var isAtEnd: Bool { position >= end }
    /// The next byte; `nil` at the end.
    var next: UInt8? { position < end ? bytes[position] : nil }
    /// What was not read yet.
    var rest: Range<Int> { position..<end }

    /// The byte `distance` after the next one.
    func peek(_ distance: Int) -> UInt8? {
        position + distance < end ? bytes[position + distance] : nil
    }

    /// Reads `byte` if it is next.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// Reads `text` if it is next.
    mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard end - position >= count else { return false }
        for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
        position += count
        return true
    }

    /// Reads between `least` and `most` decimal digits, as many as there are; `nil`, and nothing read, otherwise.
    mutating func number(digits least: Int, through most: Int) -> Int? {
        var number = 0
        var count = 0
        while count < most, let digit = peek(count), digit.isDigit {
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
            count += 1
        }
        guard count >= least else { return nil }
        position += count
        return number
    }

    /// Reads the fraction of a second after its point, in nanoseconds; digits past the ninth are dropped.
    mutating func nanoseconds() -> Int? {
        var number = 0
        var count = 0
        while let digit = next, digit.isDigit {
            if count < 9 { number = number * 10 + Int(digit - UInt8(ascii: "0")) }
            count += 1
            position += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { number *= 10 }
        return number
    }

    /// Whether a space, a tab or the end is next.
    var isAtWordEnd: Bool { next?.isBlank ?? true }

    /// Reads up to the next space or tab or the end; the range may be empty.
    mutating func word() -> Range<Int> {
        let start = position
        while position < end, !bytes[position].isBlank { position += 1 }
        return start..<position
    }

    /// Reads one space or tab if it is next.
    mutating func skipBlank() -> Bool {
        guard position < end, bytes[position].isBlank else { return false }
        position += 1
        return true
    }

    /// Reads all spaces and tabs that are next.
    mutating func skipBlanks() {
        while position < end, bytes[position].isBlank { position += 1 }
    }
}

extension UInt8 {
    /// `0` to `9`.
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    /// `A` to `Z`.
    var isCapital: Bool { self &- UInt8(ascii: "A") < 26 }
    /// A space or a tab, which separates a header's words.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    /// `A` to `Z` or `a` to `z`.
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
