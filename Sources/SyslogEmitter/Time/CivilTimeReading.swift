import ExhaustCore

extension CivilTime {
    /// Reads an ISO 8601 stamp such as `2003-10-11T22:14:15.003Z`; a zone may be missing, a space may replace the `T`.
    /// Nothing is read where it fails.
    init?(iso cursor: inout ByteCursor) {
        var ahead = cursor
        guard let year = ahead.number(digits: 4, through: 4), ahead.skip(UInt8(ascii: "-")),
            let month = ahead.number(digits: 2, through: 2), ahead.skip(UInt8(ascii: "-")),
            let day = ahead.number(digits: 2, through: 2),
            ahead.skip(UInt8(ascii: "T")) || ahead.skip(UInt8(ascii: "t")) || ahead.skip(UInt8(ascii: " "))
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        guard year >= 1, CivilDate.isValid(year: year, month: month, day: day), readClock(&ahead) else { return nil }
        offset = Self.zoneOffset(&ahead)
        guard ahead.isAtWordEnd || ahead.next == UInt8(ascii: ":") else { return nil }
        cursor = ahead
    }

    /// Reads seconds since the epoch with a fraction, such as `1795417200.123456789` (Cisco Meraki). Without a fraction
    /// it might be any number.
    private init?(epoch cursor: inout ByteCursor) {
        var ahead = cursor
        guard let seconds = ahead.number(digits: 9, through: 10), ahead.skip(UInt8(ascii: ".")),
            let nanoseconds = ahead.nanoseconds(), ahead.isAtWordEnd
        else { return nil }
        let date = CivilDate.date(fromDays: Int64(seconds / 86_400))
        (year, month, day) = (date.year, date.month, date.day)
        (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
        self.nanoseconds = nanoseconds
        offset = 0
        cursor = ahead
    }

    /// Reads the stamp of an RFC 3164 header, for which some senders put an ISO 8601 one, or the year first.
    static func header(_ cursor: inout ByteCursor) -> CivilTime? {
        guard let next = cursor.next else { return nil }
        guard next.isDigit else { return CivilTime(bsd: &cursor) }
        if let time = CivilTime(iso: &cursor) ?? CivilTime(epoch: &cursor) { return time }
        var ahead = cursor
        guard let year = year(&ahead), ahead.skipBlank(), var time = CivilTime(bsd: &ahead),
            time.year == nil, CivilDate.isValid(year: year, month: time.month, day: time.day)
        else { return nil }
        time.year = year
        cursor = ahead
        return time
    }

    /// Reads `Oct  1 22:14:15` and what senders make of it: any case, one-digit days, a year before or after the
    /// time, a fraction, `UTC` behind. Nothing is read where it fails.
    init?(bsd cursor: inout ByteCursor) {
        var ahead = cursor
        guard let month = Self.month(&ahead), ahead.skipBlank() else { return nil }
        self.month = month
        ahead.skipBlanks()
        guard let day = ahead.number(digits: 1, through: 2), ahead.skipBlank(), (1...31).contains(day)
        else { return nil }
        self.day = day
        ahead.skipBlanks()
        year = Self.year(&ahead)
        if year != nil { ahead.skipBlanks() }
        guard readClock(&ahead) else { return nil }
        if year == nil {
            var behind = ahead
            behind.skipBlanks()
            year = Self.year(&behind)
            if year != nil { ahead = behind }
        }
        readZone(&ahead)
        guard ahead.isAtWordEnd || ahead.next == UInt8(ascii: ":"),
            CivilDate.isValid(year: year ?? 2000, month: month, day: day)
        else { return nil }
        cursor = ahead
    }

    /// Reads `22:14:15`, with a fraction behind a point or a comma; second 60 is a leap second.
    private mutating func readClock(_ cursor: inout ByteCursor) -> Bool {
        guard let hour = cursor.number(digits: 1, through: 2), cursor.skip(UInt8(ascii: ":")),
            let minute = cursor.number(digits: 2, through: 2), cursor.skip(UInt8(ascii: ":")),
            let second = cursor.number(digits: 2, through: 2), hour < 24, minute < 60, second <= 60
        else { return false }
        (self.hour, self.minute, self.second) = (hour, minute, second)
        if let mark = cursor.next, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","),
            let digit = cursor.peek(1), digit.isDigit
        {
            cursor.position += 1
            nanoseconds = cursor.nanoseconds() ?? 0
        }
        return true
    }

    /// Reads a year from 1970 to 2199 that is a word of its own, so that no host name or time is taken for one.
    private static func year(_ cursor: inout ByteCursor) -> Int? {
        var ahead = cursor
        guard let year = ahead.number(digits: 4, through: 4), (1970..<2200).contains(year),
            ahead.isAtWordEnd || ahead.next == UInt8(ascii: ":")
        else { return nil }
        cursor = ahead
        return year
    }

    /// Reads the English abbreviation of a month in any case.
    private static func month(_ cursor: inout ByteCursor) -> Int? {
        guard let first = cursor.next, let second = cursor.peek(1), let third = cursor.peek(2) else { return nil }
        let number: Int
        switch (first | 0x20, second | 0x20, third | 0x20) {
        case (UInt8(ascii: "j"), UInt8(ascii: "a"), UInt8(ascii: "n")): number = 1
        case (UInt8(ascii: "f"), UInt8(ascii: "e"), UInt8(ascii: "b")): number = 2
        case (UInt8(ascii: "m"), UInt8(ascii: "a"), UInt8(ascii: "r")): number = 3
        case (UInt8(ascii: "a"), UInt8(ascii: "p"), UInt8(ascii: "r")): number = 4
        case (UInt8(ascii: "m"), UInt8(ascii: "a"), UInt8(ascii: "y")): number = 5
        case (UInt8(ascii: "j"), UInt8(ascii: "u"), UInt8(ascii: "n")): number = 6
        case (UInt8(ascii: "j"), UInt8(ascii: "u"), UInt8(ascii: "l")): number = 7
        case (UInt8(ascii: "a"), UInt8(ascii: "u"), UInt8(ascii: "g")): number = 8
        case (UInt8(ascii: "s"), UInt8(ascii: "e"), UInt8(ascii: "p")): number = 9
        case (UInt8(ascii: "o"), UInt8(ascii: "c"), UInt8(ascii: "t")): number = 10
        case (UInt8(ascii: "n"), UInt8(ascii: "o"), UInt8(ascii: "v")): number = 11
        case (UInt8(ascii: "d"), UInt8(ascii: "e"), UInt8(ascii: "c")): number = 12
        default: return nil
        }
        cursor.position += 3
        return number
    }
}
