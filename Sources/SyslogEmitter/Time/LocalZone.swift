import Glibc

/// The zone of clocks that do not say theirs.
package struct LocalZone: Sendable {
    /// Seconds east of UTC that are in force at a moment, given in seconds since the epoch.
    package let offset: @Sendable (_ utc: Int64) -> Int

    /// A zone by its rule.
    package init(offset: @escaping @Sendable (_ utc: Int64) -> Int) { self.offset = offset }

    /// A zone without summer time, `seconds` east of UTC.
    package static func fixed(_ seconds: Int) -> LocalZone { LocalZone { _ in seconds } }

    /// The machine's zone (localtime_r(3): `TZ`, then /etc/localtime).
    package static let system = LocalZone { utc in
        var moment = time_t(utc)
        var parts = tm()
        guard localtime_r(&moment, &parts) != nil else { return 0 }
        return parts.tm_gmtoff
    }

    /// Reads `system`, `UTC`, `Z`, `+02:00` or `-0530`; `nil` for anything else.
    package init?(_ text: String) {
        switch text.lowercased() {
        case "system": self = .system
        case "utc", "z": self = .fixed(0)
        default:
            var cursor = ByteCursor(Array(text.utf8))
            let sign = cursor.skip(UInt8(ascii: "+")) ? 1 : cursor.skip(UInt8(ascii: "-")) ? -1 : 0
            guard sign != 0, let hours = cursor.number(digits: 2, through: 2) else { return nil }
            _ = cursor.skip(UInt8(ascii: ":"))
            guard let minutes = cursor.number(digits: 2, through: 2), cursor.isAtEnd, hours <= 14, minutes < 60 else {
                return nil
            }
            self = .fixed(sign * (hours * 3600 + minutes * 60))
        }
    }

    /// The moment at which clocks of this zone show `local`, in seconds as if it were UTC.
    ///
    /// Of the two moments of the hour that autumn repeats, the one nearer to `reference`; a time that spring skips is
    /// read with the offset before the change.
    func utcSeconds(ofLocal local: Int64, near reference: Int64) -> Int64 {
        // No place is a day from UTC, and no zone changes twice within two days.
        let before = local - Int64(offset(local - 86_400))
        let after = local - Int64(offset(local + 86_400))
        guard before != after else { return before }
        let valid = [before, after].filter { $0 + Int64(offset($0)) == local }
        return valid.min { ($0 - reference).magnitude < ($1 - reference).magnitude } ?? before
    }
}
