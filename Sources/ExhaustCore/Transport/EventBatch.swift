/// Telemetry of one source and one type as it travels: encoded once, by whoever took the records.
///
/// The body is a CloudEvents batch with a line feed behind each comma between events, so that it can be taken apart
/// into JSON lines without being read: within an event line feeds are escaped.
public struct EventBatch: Sendable, Hashable {
    public let type: EventType
    /// `EventSource` as text.
    public let source: String
    public let host: HostID
    /// The ids of the first and the last event.
    public let first: UInt64
    public let last: UInt64
    /// How many events there are.
    public let count: Int
    /// How many records are lost with it: its events, or what gaps among them have counted.
    public let weight: UInt64
    /// The time of its first event in seconds since the epoch.
    public let seconds: Int64
    /// The events as `application/cloudevents-batch+json`.
    public let body: [UInt8]

    /// A batch of what was encoded already.
    public init(
        type: EventType, source: String, host: HostID, ids: ClosedRange<UInt64>, count: Int, weight: UInt64,
        seconds: Int64, body: [UInt8]
    ) {
        self.type = type
        self.source = source
        self.host = host
        first = ids.lowerBound
        last = ids.upperBound
        self.count = count
        self.weight = weight
        self.seconds = seconds
        self.body = body
    }

    /// The events, read back.
    public func events() throws -> [Event] { try EventJSON.decodeBatch(body) }

    /// The events as JSON lines.
    public var lines: [UInt8] {
        guard body.count > 2 else { return [] }
        var lines: [UInt8] = []
        lines.reserveCapacity(body.count)
        var rest = body.dropFirst().dropLast()
        while let end = rest.firstIndex(of: 10) {
            lines += rest[..<(end - 1)]
            lines.append(10)
            rest = rest[(end + 1)...]
        }
        lines += rest
        lines.append(10)
        return lines
    }
}
