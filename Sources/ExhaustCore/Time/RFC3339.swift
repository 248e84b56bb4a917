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
        text.append(contentsOf: secondText)
        appendFraction(to: &text)
    }

    /// The text up to the fraction: `2026-11-22T07:00:00.`.
    var secondText: [UInt8] {
        let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
        let (year, month, day) = CivilDate.date(fromDays: days)
        let second = Int(seconds - days * 86_400)
        var text: [UInt8] = []
        text.reserveCapacity(32)
        Self.append(year, width: 4, then: "-", to: &text)
        Self.append(month, width: 2, then: "-", to: &text)
        Self.append(day, width: 2, then: "T", to: &text)
        Self.append(second / 3600, width: 2, then: ":", to: &text)
        Self.append(second / 60 % 60, width: 2, then: ":", to: &text)
        Self.append(second % 60, width: 2, then: ".", to: &text)
        return text
    }

    /// Appends the fraction in milliseconds, or in as many digits as it needs, and the zone.
    func appendFraction(to text: inout [UInt8]) {
        let fraction = Int(nanoseconds)
        if fraction % 1_000_000 == 0 {
            Self.append(fraction / 1_000_000, width: 3, then: "Z", to: &text)
        } else if fraction % 1000 == 0 {
            Self.append(fraction / 1000, width: 6, then: "Z", to: &text)
        } else {
            Self.append(fraction, width: 9, then: "Z", to: &text)
        }
    }

    private static func append(_ number: Int, width: Int, then separator: Unicode.Scalar, to text: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { digits in
            var rest = number
            for place in stride(from: width - 1, through: 0, by: -1) {
                digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            digits[width] = UInt8(ascii: separator)
            text.append(contentsOf: UnsafeBufferPointer(rebasing: digits[...width]))
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
