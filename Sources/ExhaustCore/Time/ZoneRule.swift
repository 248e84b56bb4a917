/// When summer time begins and ends each year: the POSIX form of `TZ`, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Sendable {
    private let standard: Int
    private var summer: Summer?

    private struct Summer: Sendable {
        let offset: Int
        let start: Day
        let end: Day
    }

    /// A day of any year, and the seconds from its midnight on.
    private struct Day: Sendable {
        enum Kind: Sendable {
            /// Counted from 1, without 29 February.
            case julian(Int)
            /// Counted from 0, with it.
            case ordinal(Int)
            /// The n-th weekday of a month; the fifth is the last.
            case weekday(month: Int, week: Int, day: Int)
        }

        let kind: Kind
        let second: Int
    }

    /// Reads a rule; `nil` for anything else.
    init?(_ text: String) {
        var scanner = Scanner(rest: Array(text.utf8)[...])
        guard scanner.name(), let standard = scanner.time(hours: 24) else { return nil }
        self.standard = -standard
        if scanner.rest.isEmpty { return }
        guard scanner.name() else { return nil }
        let offset =
            scanner.rest.first == UInt8(ascii: ",") ? self.standard + 3600 : scanner.time(hours: 24).map { -$0 }
        guard let offset, let start = scanner.day(), let end = scanner.day(), scanner.rest.isEmpty else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    /// Seconds east of UTC at a moment.
    func offset(at seconds: Int64) -> Int {
        guard let summer else { return standard }
        let local = seconds + Int64(standard)
        let days = local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
        let year = CivilDate.date(fromDays: days).year
        let start = Self.moment(summer.start, year) - Int64(standard)
        let end = Self.moment(summer.end, year) - Int64(summer.offset)
        let isSummer = start < end ? start <= seconds && seconds < end : seconds < end || start <= seconds
        return isSummer ? summer.offset : standard
    }

    private static func moment(_ day: Day, _ year: Int) -> Int64 {
        let newYear = CivilDate.days(year: year, month: 1, day: 1)
        let number: Int64
        switch day.kind {
        case .ordinal(let count): number = newYear + Int64(count)
        case .julian(let count):
            let isLeapDayBefore = count >= 60 && CivilDate.isValid(year: year, month: 2, day: 29)
            number = newYear + Int64(count - (isLeapDayBefore ? 0 : 1))
        case .weekday(let month, let week, let day):
            let first = CivilDate.days(year: year, month: month, day: 1)
            let ahead = (Int64(day) - (first + 4) % 7 + 14) % 7
            var date = Int(ahead) + 1 + (week - 1) * 7
            while !CivilDate.isValid(year: year, month: month, day: date) { date -= 7 }
            number = first + Int64(date - 1)
        }
        return number * 86_400 + Int64(day.second)
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// A zone's abbreviation: letters, or anything between angle brackets.
        mutating func name() -> Bool {
            if skip("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { ExpressionLexer.isLetter($0) }
            rest.removeFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { ExpressionLexer.isDigit($0) }
            guard (1...3).contains(digits.count) else { return nil }
            rest.removeFirst(digits.count)
            let number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            return range.contains(number) ? number : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(hours limit: Int) -> Int? {
            let sign = skip("-") ? -1 : 1
            if sign == 1 { _ = skip("+") }
            guard let hours = number(0...limit) else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where skip(":") {
                guard let number = number(0...59) else { return nil }
                seconds += number * unit
            }
            return sign * seconds
        }

        mutating func day() -> Day? {
            guard skip(","), let kind = kind() else { return nil }
            guard skip("/") else { return Day(kind: kind, second: 7200) }
            return time(hours: 167).map { Day(kind: kind, second: $0) }
        }

        private mutating func kind() -> Day.Kind? {
            if skip("J") { return number(1...365).map(Day.Kind.julian) }
            guard skip("M") else { return number(0...365).map(Day.Kind.ordinal) }
            guard let month = number(1...12), skip("."), let week = number(1...5), skip("."), let day = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        }
    }
}
