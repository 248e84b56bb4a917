/// Durations as configuration and expressions write them: `250ms`, `10s`, `1m30s`, `2h`, `1.5s`, `7d`.
extension Duration {
    /// Reads a duration; `nil` if `text` is not one or has no unit. Units: `ns us ms s m h d`.
    public init?(text: some StringProtocol) {
        var rest = Substring(text)
        let negative = rest.first == "-"
        if negative { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var total = Duration.zero
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(digits), let scale = Self.units[String(unit)],
                let nanoseconds = Int64(exactly: (amount * scale).rounded())
            else { return nil }
            total += .nanoseconds(nanoseconds)
        }
        self = negative ? .zero - total : total
    }

    private static let units: [String: Double] = [
        "ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9, "d": 86_400e9,
    ]

    /// This duration in seconds; exact to about a microsecond for spans of a century.
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// Whole milliseconds, rounded towards zero.
    public var inMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
