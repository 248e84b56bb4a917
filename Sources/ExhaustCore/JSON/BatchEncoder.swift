/// Encodes telemetry of one source, event by event, into batches: what `EventJSON` writes, without an `Event` for each
/// record and with all that is the same in every event encoded once.
public struct BatchEncoder: Sendable {
    public let source: String
    public let host: HostID
    /// The type of the events in the open batch.
    public private(set) var type: EventType
    /// The ids of the open batch; `nil` while it is empty.
    public private(set) var ids: ClosedRange<UInt64>?
    private var head: [UInt8] = []
    private var body: [UInt8] = []
    private var weight: UInt64 = 0
    private var seconds: Int64 = 0
    /// Where the last event begins, what it weighs and when it happened.
    private var last: (start: Int, weight: UInt64, seconds: Int64) = (0, 0, 0)
    private let capacity: Int

    /// An encoder whose batches have about `capacity` bytes.
    public init(source: String, host: HostID, type: EventType, capacity: Int) {
        self.source = source
        self.host = host
        self.type = type
        self.capacity = capacity
        setType(type)
    }

    /// How many events the open batch has.
    public var count: Int { ids.map { Int($0.upperBound - $0.lowerBound) + 1 } ?? 0 }
    /// How many bytes they have.
    public var size: Int { body.count }

    /// Appends an event; its `id` must be one above the last one's, and its type that of the batch unless that is
    /// empty. `weight` is how many records are lost with it.
    public mutating func append(
        id: UInt64, type: EventType, time: Timestamp, recordedTime: Timestamp?, severityNumber: Int?, data: ValueMap,
        weight: UInt64
    ) {
        if let ids {
            body.append(UInt8(ascii: ","))
            body.append(UInt8(ascii: "\n"))
            self.ids = ids.lowerBound...id
        } else {
            if type != self.type { setType(type) }
            body.reserveCapacity(capacity + capacity / 8)
            body.append(UInt8(ascii: "["))
            ids = id...id
            seconds = time.seconds
        }
        self.weight += weight
        last = (body.count, weight, time.seconds)
        body.append(contentsOf: head)
        JSONWriter.append(id, to: &body)
        body.append(UInt8(ascii: "\""))
        EventJSON.appendTimes(time, recordedTime, severityNumber, host: host, to: &body)
        EventJSON.appendData(data, to: &body)
    }

    /// The open batch, and a new one; `nil` while it is empty.
    public mutating func take() -> EventBatch? {
        guard let ids else { return nil }
        body.append(UInt8(ascii: "]"))
        let batch = EventBatch(
            type: type, source: source, host: host, ids: ids, count: count, weight: weight, seconds: seconds, body: body
        )
        body = []
        weight = 0
        self.ids = nil
        return batch
    }

    /// The open batch without its last event, which begins the new one; `nil` while it has no other.
    public mutating func takeAllButLast() -> EventBatch? {
        guard let ids, ids.lowerBound < ids.upperBound else { return nil }
        let tail = body[last.start...]
        // The comma and the line feed before it go too.
        body.removeSubrange((last.start - 2)...)
        self.ids = ids.lowerBound...(ids.upperBound - 1)
        weight -= last.weight
        let batch = take()
        body.reserveCapacity(capacity + capacity / 8)
        body.append(UInt8(ascii: "["))
        body += tail
        self.ids = ids.upperBound...ids.upperBound
        (weight, seconds) = (last.weight, last.seconds)
        last.start = 1
        return batch
    }

    private mutating func setType(_ type: EventType) {
        self.type = type
        head = []
        JSONWriter.append(raw: #"{"specversion":"1.0","type":"#, to: &head)
        JSONWriter.append(type.rawValue, to: &head)
        JSONWriter.append(raw: #","source":"#, to: &head)
        JSONWriter.append(source, to: &head)
        JSONWriter.append(raw: #","id":""#, to: &head)
    }
}
