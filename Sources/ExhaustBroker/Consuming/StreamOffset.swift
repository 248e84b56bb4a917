package import ExhaustCore

/// Where in a stream to begin (RabbitMQ's `x-stream-offset`).
package enum StreamOffset: Sendable, Hashable {
    /// With the oldest message that is kept.
    case first
    /// With the last chunk that was written, which holds one or more messages.
    case last
    /// With what is published from now on.
    case next
    /// With the message of this offset, or the first after it.
    case number(UInt64)
    /// With what the broker wrote at this second of its clock, or a little earlier.
    case time(Timestamp)

    var text: String? {
        switch self {
        case .first: "first"
        case .last: "last"
        case .next: "next"
        case .number, .time: nil
        }
    }

    var number: Int64? { if case .number(let offset) = self { Int64(clamping: offset) } else { nil } }
    var seconds: Int64? { if case .time(let time) = self { max(0, time.seconds) } else { nil } }
}
