/// Events as CloudEvents JSON (JSON event format 1.0.2, sections 2 and 4): `application/cloudevents+json` singly,
/// `application/cloudevents-batch+json` as a list.
public enum EventJSON {
    public static let contentType = "application/cloudevents+json"
    public static let batchContentType = "application/cloudevents-batch+json"

    /// One event.
    public static func encode(_ event: Event) -> [UInt8] {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(512)
        append(event, to: &buffer)
        return buffer
    }

    /// A list of events.
    public static func encodeBatch(_ events: [Event]) -> [UInt8] {
        var buffer: [UInt8] = [UInt8(ascii: "[")]
        for (index, event) in events.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            append(event, to: &buffer)
        }
        buffer.append(UInt8(ascii: "]"))
        return buffer
    }

    /// Appends one event.
    public static func append(_ event: Event, to buffer: inout [UInt8]) {
        JSONWriter.append(raw: #"{"specversion":"1.0","type":"#, to: &buffer)
        JSONWriter.append(event.type.rawValue, to: &buffer)
        append(#","source":"#, event.source, to: &buffer)
        append(#","id":"#, event.id, to: &buffer)
        appendTimes(event.time, event.recordedTime, event.severityNumber, host: event.host, to: &buffer)
        if let id = event.causationID { append(#","causationid":"#, id, to: &buffer) }
        if let id = event.correlationID { append(#","correlationid":"#, id, to: &buffer) }
        if let depth = event.chainDepth {
            JSONWriter.append(raw: #","chaindepth":"#, to: &buffer)
            JSONWriter.append(Int64(depth), to: &buffer)
        }
        for (key, value) in event.extensions.entries {
            buffer.append(UInt8(ascii: ","))
            JSONWriter.append(key, to: &buffer)
            buffer.append(UInt8(ascii: ":"))
            JSONWriter.append(value, to: &buffer)
        }
        appendData(event.data, to: &buffer)
    }

    /// Appends the attributes that say when it happened, and where.
    static func appendTimes(
        _ time: Timestamp, _ recordedTime: Timestamp?, _ severityNumber: Int?, host: HostID, to buffer: inout [UInt8]
    ) {
        JSONWriter.append(raw: #","time":""#, to: &buffer)
        time.appendRFC3339(to: &buffer)
        JSONWriter.append(raw: #"","host":""#, to: &buffer)
        JSONWriter.append(raw: host.description, to: &buffer)
        buffer.append(UInt8(ascii: "\""))
        if let recordedTime {
            JSONWriter.append(raw: #","recordedtime":""#, to: &buffer)
            recordedTime.appendRFC3339(to: &buffer)
            buffer.append(UInt8(ascii: "\""))
        }
        if let severityNumber {
            JSONWriter.append(raw: #","severitynumber":"#, to: &buffer)
            JSONWriter.append(Int64(severityNumber), to: &buffer)
        }
    }

    /// Appends the payload and the end of the event.
    static func appendData(_ data: ValueMap, to buffer: inout [UInt8]) {
        JSONWriter.append(raw: #","datacontenttype":"application/json","data":"#, to: &buffer)
        JSONWriter.append(data, to: &buffer)
        buffer.append(UInt8(ascii: "}"))
    }

    private static func append(_ key: StaticString, _ text: String, to buffer: inout [UInt8]) {
        JSONWriter.append(raw: key, to: &buffer)
        JSONWriter.append(text, to: &buffer)
    }

    /// Reads one event. Throws `JSONError` naming the attribute that is missing or malformed.
    public static func decode(_ bytes: [UInt8], limits: JSONReader.Limits = .init()) throws(JSONError) -> Event {
        try EventReader.event(from: try JSONReader.parse(bytes, limits: limits), path: "")
    }

    /// Reads a list of events; one malformed event makes the whole batch an error.
    public static func decodeBatch(_ bytes: [UInt8], limits: JSONReader.Limits = .init()) throws(JSONError) -> [Event] {
        guard case .list(let elements) = try JSONReader.parse(bytes, limits: limits) else {
            throw JSONError(.wrongShape("a batch is a list of events"), offset: 0)
        }
        var events: [Event] = []
        events.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            events.append(try EventReader.event(from: element, path: "[\(index)]"))
        }
        return events
    }
}
