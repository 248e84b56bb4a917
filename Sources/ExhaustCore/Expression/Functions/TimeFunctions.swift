/// The parts of timestamps, in UTC or a zone, and of durations.
enum TimeFunctions {
    static let table: [ExpressionFunction] = [
        part("getFullYear") { Int64($0.year) }, part("getMonth") { Int64($0.month - 1) },
        part("getDate") { Int64($0.day) }, part("getDayOfMonth") { Int64($0.day - 1) },
        part("getDayOfWeek") { $0.dayOfWeek }, part("getDayOfYear") { $0.dayOfYear },
        part("getHours", seconds: 3600) { $0.second / 3600 }, part("getMinutes", seconds: 60) { $0.second / 60 % 60 },
        part("getSeconds", seconds: 1) { $0.second % 60 }, milliseconds,
    ]

    /// A moment on a calendar.
    private struct Reading {
        let days: Int64
        let second: Int64
        let year: Int
        let month: Int
        let day: Int

        init(_ time: Timestamp, offset: Int) {
            let seconds = time.seconds + Int64(offset)
            days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
            second = seconds - days * 86_400
            (year, month, day) = CivilDate.date(fromDays: days)
        }

        /// 0 for Sunday; 1970-01-01 was a Thursday.
        var dayOfWeek: Int64 { ((days + 4) % 7 + 7) % 7 }
        var dayOfYear: Int64 { days - CivilDate.days(year: year, month: 1, day: 1) }
    }

    /// A method of timestamps, and of durations where `seconds` says what it counts in whole ones of.
    private static func part(
        _ name: String, seconds: Int64? = nil, _ part: @escaping @Sendable (Reading) -> Int64
    ) -> ExpressionFunction {
        .method(name, 1...2) { values, meter throws(ExpressionProblem) in
            switch (values[0], seconds) {
            case (.timestamp(let time), _): return .int(part(Reading(time, offset: try offset(name, values, &meter))))
            case (.duration(let duration), let seconds?) where values.count == 1:
                return .int(duration.components.seconds / seconds)
            default: throw .noOverload(name, values[0].typeName)
            }
        }
    }

    private static let milliseconds = ExpressionFunction.method("getMilliseconds", 1...2) {
        values, meter throws(ExpressionProblem) in
        switch values[0] {
        case .timestamp(let time):
            _ = try offset("getMilliseconds", values, &meter)
            return .int(Int64(time.nanoseconds / 1_000_000))
        case .duration(let duration) where values.count == 1:
            return .int(duration.components.attoseconds / 1_000_000_000_000_000)
        default: throw .noOverload("getMilliseconds", values[0].typeName)
        }
    }

    /// Seconds east of UTC in the zone that the call names, if any: `+02:00`, `02:00` or an IANA name.
    private static func offset(
        _ name: String, _ values: [Value], _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> Int {
        guard values.count == 2, case .timestamp(let time) = values[0] else { return 0 }
        guard case .string(let zone) = values[1] else { throw .noOverload(name, "timestamp", values[1].typeName) }
        let isSigned = zone.hasPrefix("+") || zone.hasPrefix("-")
        var digits = ASCIIScanner((isSigned ? zone : "+" + zone).utf8)
        if let offset = digits.zoneOffset(), digits.isAtEnd { return offset }
        try meter.charge(100)
        guard let found = TimeZones.zone(named: zone) else { throw .outOfRange("'\(zone)' as time zone") }
        return found.offset(at: time.seconds)
    }
}
