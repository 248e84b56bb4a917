/// Dates and times as RFC 3339 section 5.6 writes them.
extension Timestamp: CustomStringConvertible {
    /// `2026-11-22T07:00:00.003Z`: always UTC; milliseconds at least, and as many digits as the moment needs.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(30)
        appendRFC3339(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends what `description` says, as ASCII.
    public func appendRFC3339(to text: inout [UInt8]) {
        let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
        let (year, month, day) = CivilDate.date(fromDays: days)
        let second = Int(seconds - days * 86_400)
        let fraction = Int(nanoseconds)
        let (shown, width) =
            fraction % 1_000_000 == 0
            ? (fraction / 1_000_000, 3) : fraction % 1000 == 0 ? (fraction / 1000, 6) : (fraction, 9)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digits in
            var place = 0
            func put(_ number: Int, width: Int, then separator: Unicode.Scalar) {
                var rest = number
                for digit in stride(from: place + width - 1, through: place, by: -1) {
                    digits[digit] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                digits[place + width] = UInt8(ascii: separator)
                place += width + 1
            }
            put(year, width: 4, then: "-")
            put(month, width: 2, then: "-")
            put(day, width: 2, then: "T")
            put(second / 3600, width: 2, then: ":")
            put(second / 60 % 60, width: 2, then: ":")
            put(second % 60, width: 2, then: ".")
            put(shown, width: width, then: "Z")
            text.append(contentsOf: UnsafeBufferPointer(rebasing: digits[..<place]))
        }
    }

    /// Reads an RFC 3339 date-time; `nil` if `text` is anything else. Digits past the ninth are dropped, a leap
    /// second counts as the second after it, and years run from 1 to 9999.
    public init?(rfc3339 text: some StringProtocol) {
        var digits = ASCIIScanner(text.utf8)
        guard let year = digits.number(width: 4), digits.skip("-"),
            let month = digits.number(width: 2), digits.skip("-"), let day = digits.number(width: 2),
            digits.skip("T") || digits.skip("t") || digits.skip(" "),
            let hour = digits.number(width: 2), digits.skip(":"), let minute = digits.number(width: 2),
            digits.skip(":"), let second = digits.number(width: 2),
            year >= 1, CivilDate.isValid(year: year, month: month, day: day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var nanoseconds = 0
        if digits.skip(".") {
            guard let fraction = digits.fraction(digits: 9) else { return nil }
            nanoseconds = fraction
        }
        guard let offset = digits.zoneOffset(), digits.isAtEnd else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        let time = Int64(hour * 3600 + minute * 60 + second - offset)
        let total = days * 86_400 + time
        // A leap second or an offset may lead out of the years that the form can write.
        guard (-62_135_596_800...253_402_300_799).contains(total) else { return nil }
        self.init(seconds: total, nanoseconds: Int64(nanoseconds))
    }
}
