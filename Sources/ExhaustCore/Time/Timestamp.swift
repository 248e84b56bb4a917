import Glibc

/// A moment, counted from 1970-01-01T00:00:00Z without leap seconds, to the nanosecond.
public struct Timestamp: Sendable, Hashable {
    /// Whole seconds since the epoch; negative before it.
    public let seconds: Int64
    /// Nanoseconds past `seconds`, 0 to 999,999,999.
    public let nanoseconds: Int32

    /// A moment from seconds and any number of nanoseconds, which are carried over.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        let carry = nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : -((999_999_999 - nanoseconds) / 1_000_000_000)
        self.seconds = seconds &+ carry
        self.nanoseconds = Int32(nanoseconds - carry * 1_000_000_000)
    }

    /// The machine's real-time clock (clock_gettime(2), `CLOCK_REALTIME`).
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    /// Whole milliseconds since the epoch, rounded down.
    public var milliseconds: Int64 { seconds &* 1000 &+ Int64(nanoseconds / 1_000_000) }
}

extension Timestamp: Comparable {
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The moment `right` later; far beyond year 9999 it wraps rather than traps.
    public static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (seconds, attoseconds) = right.components
        return Timestamp(
            seconds: left.seconds &+ seconds, nanoseconds: Int64(left.nanoseconds) + attoseconds / 1_000_000_000)
    }

    /// The moment `right` earlier.
    public static func - (left: Timestamp, right: Duration) -> Timestamp { left + (.zero - right) }

    /// The time from `right` to `left`.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .seconds(left.seconds &- right.seconds) + .nanoseconds(Int64(left.nanoseconds - right.nanoseconds))
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Timestamp(rfc3339: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 date and time")
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
