import ExhaustCore

/// The grammar of RFC 5424 section 6, read leniently: fields may be longer than it allows.
enum RFC5424 {
    /// Reads what follows the priority; `nil` if it does not begin as this grammar does, with a version and a stamp.
    static func parse(_ start: ByteCursor, whole: Range<Int>) -> SyslogMessage? {
        var cursor = start
        guard cursor.next != UInt8(ascii: "0"), let version = cursor.number(digits: 1, through: 3),
            cursor.isAtEnd || cursor.skip(UInt8(ascii: " ")), cursor.isAtEnd || beginsStamp(cursor)
        else { return nil }
        var message = SyslogMessage(.rfc5424, text: cursor.rest)
        message.version = version
        if cursor.isAtEnd {
            message.flaw = "the RFC 5424 header ends before TIMESTAMP"
            return message
        }
        let stamp = cursor.word()
        if !isNil(stamp, cursor) {
            var reader = ByteCursor(cursor.bytes, from: stamp.lowerBound, to: stamp.upperBound)
            if let time = CivilTime(iso: &reader), reader.isAtEnd, let moment = time.moment {
                message.claimedTime = moment
                message.claimedOffset = time.offset
            } else {
                message.flaw = "the time stamp is not one of RFC 5424"
            }
        }
        for index in names.indices {
            guard cursor.skip(UInt8(ascii: " ")), let next = cursor.next, next != UInt8(ascii: " ") else {
                let flaw = "the RFC 5424 header ends before \(names[index])"
                // Without a stamp either, too little speaks for this grammar.
                guard message.flaw == nil else { return SyslogMessage(.unparsed, text: whole, flaw: flaw) }
                message.text = cursor.rest
                message.flaw = flaw
                return message
            }
            let word = cursor.word()
            if isNil(word, cursor) { continue }
            switch index {
            case 0: message.hostname = word
            case 1: message.appName = word
            case 2: message.processID = word
            default: message.messageID = word
            }
        }
        readBody(&cursor, into: &message)
        return message
    }

    private static let names = ["HOSTNAME", "APP-NAME", "PROCID", "MSGID"]

    /// A nil value or the year of a date; the rest of the stamp may be wrong.
    private static func beginsStamp(_ cursor: ByteCursor) -> Bool {
        if cursor.next == UInt8(ascii: "-") { return cursor.peek(1) == UInt8(ascii: " ") }
        var ahead = cursor
        return ahead.number(digits: 4, through: 4) != nil && ahead.skip(UInt8(ascii: "-"))
    }

    private static func isNil(_ word: Range<Int>, _ cursor: ByteCursor) -> Bool {
        word.count == 1 && cursor.bytes[word.lowerBound] == UInt8(ascii: "-")
    }

    /// Reads structured data and the text. Where the former is wrong, the text begins with it, so nothing is lost.
    private static func readBody(_ cursor: inout ByteCursor, into message: inout SyslogMessage) {
        _ = cursor.skip(UInt8(ascii: " "))
        let start = cursor.position
        if cursor.next == UInt8(ascii: "-"), cursor.peek(1) == UInt8(ascii: " ") || cursor.peek(1) == nil {
            cursor.position += 1
        } else {
            do throws(StructuredData.Flaw) {
                message.structuredData = try StructuredData.parse(&cursor)
            } catch {
                cursor.position = start
                note("structured data: \(error.reason)", in: &message)
            }
        }
        if cursor.position > start, !cursor.skip(UInt8(ascii: " ")), !cursor.isAtEnd {
            note("no space after the structured data", in: &message)
        }
        _ = cursor.skip("\u{feff}")
        message.text = cursor.rest
    }

    private static func note(_ flaw: String, in message: inout SyslogMessage) {
        message.flaw = message.flaw.map { "\($0); \(flaw)" } ?? flaw
    }
}
