import ExhaustCore

/// Times as windows keep them: 8 bytes each, and cheap to compare.
extension Timestamp {
    /// Nanoseconds since 1970, held within the years 1823 to 2116, so that sums and differences never overflow.
    var ticks: Int64 {
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflows { return seconds < 0 ? -Int64.mostTicks : Int64.mostTicks }
        return whole.addingReportingOverflow(Int64(nanoseconds)).partialValue.clampedToTicks
    }

    init(ticks: Int64) { self.init(seconds: ticks / 1_000_000_000, nanoseconds: ticks % 1_000_000_000) }
}

extension Duration {
    /// Nanoseconds, held within 146 years.
    var ticks: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflows { return seconds < 0 ? -Int64.mostTicks : Int64.mostTicks }
        return whole.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue.clampedToTicks
    }
}

extension Int64 {
    fileprivate static let mostTicks = Int64.max / 2

    fileprivate var clampedToTicks: Int64 { Swift.min(Swift.max(self, -Self.mostTicks), Self.mostTicks) }
}
