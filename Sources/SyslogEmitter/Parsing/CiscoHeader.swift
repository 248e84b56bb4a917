/// What Cisco's devices put before the time stamp ("Cisco IOS System Message Guide", `service sequence-numbers`,
/// `logging origin-id`): counters, the device's name with a colon, and a mark of its clock.
struct CiscoHeader {
    /// The sequence number; the last one, where the message counter comes before it.
    private(set) var sequence: Int?
    private(set) var hostname: Range<Int>?
    /// `*`: the clock was never set.
    private(set) var isClockUnset = false
    /// Whether it has something that no field tells: the mark of a clock without its time server, or the time since the
    /// boot in place of a stamp.
    private(set) var isPartlyTold = false

    /// Reads the header and leaves the cursor at the stamp, or at the tag of a message that has none; `nil`, and
    /// nothing read, where neither follows.
    init?(_ cursor: inout ByteCursor) {
        var ahead = cursor
        while let number = Self.counter(&ahead) { sequence = number }
        if ahead.skip(UInt8(ascii: ":")) { ahead.skipBlanks() }
        if Self.skipUptime(&ahead) { isPartlyTold = true } else { hostname = Self.name(&ahead) }
        isClockUnset = ahead.skip(UInt8(ascii: "*"))
        // Set once, but without its time server now: near enough.
        if !isClockUnset, ahead.skip(UInt8(ascii: ".")) { isPartlyTold = true }
        // As a rule nothing was read, and the stamp need not be looked for here.
        guard ahead.position > cursor.position else { return nil }
        var stamp = ahead
        if CivilTime.header(&stamp) == nil {
            if Self.skipUptime(&ahead) { isPartlyTold = true }
            guard ahead.isAtCiscoTag else { return nil }
        }
        cursor = ahead
    }

    /// Puts the header's parts where they belong.
    func apply(to message: inout SyslogMessage) {
        message.sequence = sequence
        message.hostname = hostname
        message.isClockUnset = isClockUnset
        if isPartlyTold { message.isPartlyTold = true }
    }

    /// Reads `00:01:36: ` or `1w2d: ` (`service timestamps log uptime`).
    private static func skipUptime(_ cursor: inout ByteCursor) -> Bool {
        var ahead = cursor
        let word = ahead.word()
        guard word.count > 2, let first = word.first, ahead.bytes[first].isDigit,
            ahead.bytes[word.upperBound - 1] == UInt8(ascii: ":"),
            ahead.bytes[word].allSatisfy({ $0.isDigit || "ywdhms:.".utf8.contains($0) })
        else { return false }
        ahead.skipBlanks()
        cursor = ahead
        return true
    }

    /// Reads `29: `.
    private static func counter(_ cursor: inout ByteCursor) -> Int? {
        var ahead = cursor
        guard let number = ahead.number(digits: 1, through: 12), ahead.skip(": ") else { return nil }
        ahead.skipBlanks()
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
        ahead.skipBlanks()
        cursor = ahead
        return word.dropLast()
    }
}

extension ByteCursor {
    /// Whether a tag of Cisco's is next: `%`, a facility, a digit for the severity and a mnemonic, as in
    /// `%ASA-6-302013:`.
    var isAtCiscoTag: Bool {
        var ahead = self
        guard ahead.skip(UInt8(ascii: "%")) else { return false }
        let word = ahead.word()
        guard let last = word.last, bytes[last] == UInt8(ascii: ":") else { return false }
        var hasSeverity = false
        for index in word.dropLast() {
            let byte = bytes[index]
            if byte == UInt8(ascii: "-") {
                if index + 2 < last, bytes[index + 1].isDigit, bytes[index + 2] == byte { hasSeverity = true }
            } else if !byte.isDigit, !byte.isLetter, byte != UInt8(ascii: "_") {
                return false
            }
        }
        return hasSeverity
    }
}
