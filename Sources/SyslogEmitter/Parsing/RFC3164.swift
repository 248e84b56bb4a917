import ExhaustCore

/// The BSD format as it is really sent; RFC 3164 section 4 describes its usual form and what a relay makes of others.
struct RFC3164 {
    let zone: LocalZone
    let reference: Timestamp
    /// Whether the sender is on this machine, where a host name is the exception.
    let local: Bool

    /// Reads what follows the priority; `nil` where there is neither a priority nor a stamp to go by.
    func parse(_ start: ByteCursor, priority: Priority?) -> SyslogMessage? {
        var cursor = start
        cursor.skipBlanks()
        let cisco = priority == nil ? nil : CiscoHeader(&cursor)
        let version = cisco == nil ? merakiVersion(&cursor) : nil
        guard let stamp = CivilTime.header(&cursor) else {
            guard priority != nil else { return nil }
            // Section 4.3.2: a priority alone is a message, all of whose rest is text.
            let rest = cisco == nil ? start : cursor
            var message = SyslogMessage(.rfc3164, text: rest.rest)
            cisco?.apply(to: &message)
            LegacyTag(at: rest, terminated: true)?.apply(to: &message)
            return message
        }
        var message = SyslogMessage(.rfc3164, text: cursor.rest)
        message.version = version
        message.claimedTime = stamp.moment(in: zone, near: reference)
        message.claimedOffset = stamp.offset
        message.isPartlyTold = stamp.isZoneVague
        cisco?.apply(to: &message)
        if message.claimedTime == nil { message.flaw = "no year near the received time has the stamp's date" }
        // Cisco ends the stamp with a colon, and then sends no host name behind it.
        let colon = cursor.skip(UInt8(ascii: ":"))
        cursor.skipBlanks()
        message.text = cursor.rest
        if !colon, message.hostname == nil { readHost(&cursor, into: &message) }
        if let tag = LegacyTag(at: cursor, terminated: local) { tag.apply(to: &message) }
        return message
    }

    /// Reads the `1` that Cisco Meraki's devices send before seconds since the epoch.
    private func merakiVersion(_ cursor: inout ByteCursor) -> Int? {
        var ahead = cursor
        guard ahead.skip("1 "), ahead.number(digits: 9, through: 10) != nil, ahead.next == UInt8(ascii: ".") else {
            return nil
        }
        cursor.position += 2
        return 1
    }

    /// Reads the host name, if the next word is one rather than a tag or the text.
    private func readHost(_ cursor: inout ByteCursor, into message: inout SyslogMessage) {
        var ahead = cursor
        // AIX's syslogd says whose message it relays.
        if ahead.skip("Message forwarded from ") {
            let word = ahead.word()
            guard word.count > 1, cursor.bytes[word.upperBound - 1] == UInt8(ascii: ":") else { return }
            ahead.skipBlanks()
            (message.hostname, message.text, cursor) = (word.dropLast(), ahead.rest, ahead)
            message.isPartlyTold = true
            return
        }
        var word = ahead.word()
        if endsBeforeCisco(word, ahead) {
            word = word.dropLast()
        } else if !isHost(word, cursor) {
            return
        }
        if local {
            // Only a tag behind it tells a host name from the first word of the text.
            var next = ahead
            next.skipBlanks()
            guard LegacyTag(at: next, terminated: true) != nil else { return }
        }
        cursor = ahead
        cursor.skipBlanks()
        message.hostname = word
        message.text = cursor.rest
        // "host : %ASA-6-302013: …"
        if cursor.next == UInt8(ascii: ":"), cursor.peek(1) == UInt8(ascii: " ") {
            cursor.position += 2
            message.text = cursor.rest
        }
    }

    /// Whether `word` is the `name:` of a Cisco device, whose own tag follows.
    private func endsBeforeCisco(_ word: Range<Int>, _ behind: ByteCursor) -> Bool {
        var next = behind
        guard word.count > 1, next.bytes[word.upperBound - 1] == UInt8(ascii: ":"), next.skipBlank() else {
            return false
        }
        return next.isAtCiscoTag
    }

    /// Host names as they occur: letters, digits and `. - _ : / @ [ ] % +`, at most 255, not formed like a tag.
    private func isHost(_ word: Range<Int>, _ cursor: ByteCursor) -> Bool {
        guard (1...255).contains(word.count) else { return false }
        var colons = 0
        for byte in cursor.bytes[word] {
            switch byte {
            case UInt8(ascii: ":"): colons += 1
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "@"),
                UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "%"), UInt8(ascii: "+"):
                break
            default: guard byte.isDigit || byte.isLetter || byte >= 0x80 else { return false }
            }
        }
        let (first, last) = (cursor.bytes[word.lowerBound], cursor.bytes[word.upperBound - 1])
        // An IPv6 address has two colons at least; one colon, or one at the end, is that of a tag.
        if colons == 1 || (colons > 0 && last == UInt8(ascii: ":") && !isHexadecimal(word, cursor)) { return false }
        if colons >= 2, !isHexadecimal(word, cursor) { return false }
        return first == UInt8(ascii: "[") || last != UInt8(ascii: "]")
    }

    /// Whether all is of the characters of an IPv6 address, brackets and a zone such as `%eth0` allowed.
    private func isHexadecimal(_ word: Range<Int>, _ cursor: ByteCursor) -> Bool {
        for byte in cursor.bytes[word] {
            if byte == UInt8(ascii: "%") { return true }
            let punctuation =
                byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[")
                || byte == UInt8(ascii: "]")
            guard punctuation || byte.isDigit || (byte | 0x20) &- UInt8(ascii: "a") < 6 else { return false }
        }
        return true
    }
}
