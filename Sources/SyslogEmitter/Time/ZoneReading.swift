import ExhaustCore

extension CivilTime {
    /// Reads `Z`, `+hh:mm` or `+hhmm`, in seconds east of UTC.
    static func zoneOffset(_ cursor: inout ByteCursor) -> Int? {
        if cursor.skip(UInt8(ascii: "Z")) || cursor.skip(UInt8(ascii: "z")) { return 0 }
        var ahead = cursor
        let sign = ahead.skip(UInt8(ascii: "+")) ? 1 : ahead.skip(UInt8(ascii: "-")) ? -1 : 0
        guard sign != 0, let hours = ahead.number(digits: 2, through: 2) else { return nil }
        _ = ahead.skip(UInt8(ascii: ":"))
        guard let minutes = ahead.number(digits: 2, through: 2), hours < 24, minutes < 60 else { return nil }
        cursor = ahead
        return sign * (hours * 3600 + minutes * 60)
    }

    /// Reads what may stand behind a BSD stamp: `UTC`, `GMT` or an offset. Another zone's name is read and says
    /// nothing, for CST is the time of Chicago and of Shanghai: before Cisco's colon any, elsewhere a well-known one.
    mutating func readZone(_ cursor: inout ByteCursor) {
        var ahead = cursor
        guard ahead.skipBlank() else { return }
        let start = ahead.position
        if ahead.next == UInt8(ascii: "+") || ahead.next == UInt8(ascii: "-"),
            let offset = Self.zoneOffset(&ahead), ahead.isAtWordEnd || ahead.next == UInt8(ascii: ":")
        {
            self.offset = offset
            cursor = ahead
            return
        }
        ahead.position = start
        while let letter = ahead.next, letter.isLetter { ahead.position += 1 }
        let name = ahead.bytes[start..<ahead.position]
        guard (3...5).contains(name.count), ahead.isAtWordEnd || ahead.next == UInt8(ascii: ":") else { return }
        if name.elementsEqual("UTC".utf8) || name.elementsEqual("GMT".utf8) {
            offset = 0
        } else {
            var behind = ahead
            guard behind.skip(": ") ? name.allSatisfy(\.isCapital) && behind.isAtCiscoTag : Self.isKnown(name) else {
                return
            }
            isZoneVague = true
        }
        cursor = ahead
    }

    private static func isKnown(_ name: ArraySlice<UInt8>) -> Bool {
        names.contains { name.elementsEqual($0.utf8) }
    }

    private static let names = [
        "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "WET", "WEST", "CET", "CEST", "EET", "EEST", "MSK",
        "BST", "IST", "JST", "KST", "AEST", "AEDT", "NZST", "NZDT",
    ]
}
