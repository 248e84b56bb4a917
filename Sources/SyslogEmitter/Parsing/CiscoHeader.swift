/// What Cisco's devices put before the time stamp ("Cisco IOS System Message Guide", `service sequence-numbers`,
/// `logging origin-id`): counters, the device's name with a colon, and a mark of its clock.
struct CiscoHeader {
    /// The sequence number; the last one, where the message counter comes before it.
    private(set) var sequence: Int?
    private(set) var hostname: Range<Int>?
    /// `*`: the clock was never set.
    private(set) var isClockUnset = false

    /// Reads the header and leaves the cursor at the stamp; `nil`, and nothing read, where there is no such header or
    /// no stamp behind it.
    init?(_ cursor: inout ByteCursor) {
        var ahead = cursor
        while let number = Self.counter(&ahead) { sequence = number }
        if ahead.skip(": ") { ahead.skipSpaces() }
        hostname = Self.name(&ahead)
        isClockUnset = ahead.skip(UInt8(ascii: "*"))
        // Set once, but without its time server now: near enough.
        if !isClockUnset { _ = ahead.skip(UInt8(ascii: ".")) }
        var stamp = ahead
        guard ahead.position > cursor.position, CivilTime.header(&stamp) != nil else { return nil }
        cursor = ahead
    }

    /// Reads `29: `.
    private static func counter(_ cursor: inout ByteCursor) -> Int? {
        var ahead = cursor
        guard let number = ahead.number(digits: 1, through: 12), ahead.skip(": ") else { return nil }
        ahead.skipSpaces()
        cursor = ahead
        return number
    }

    /// Reads `router-1: `.
    private static func name(_ cursor: inout ByteCursor) -> Range<Int>? {
        var ahead = cursor
        let word = ahead.word()
        guard word.count > 1, let last = word.last, ahead.bytes[last] == UInt8(ascii: ":"),
            let first = word.first, ahead.bytes[first].isDigit || ahead.bytes[first].isLetter
        else { return nil }
        ahead.skipSpaces()
        cursor = ahead
        return word.dropLast()
    }
}
