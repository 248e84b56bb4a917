/// Turns a JSON object into an event, attribute by attribute.
struct EventReader {
    private let attributes: ValueMap
    private let path: String
    /// How many attributes this version has found that it knows.
    private var known = 0

    private static let names: Set<String> = [
        "specversion", "type", "source", "id", "time", "host", "recordedtime", "severitynumber", "causationid",
        "correlationid", "chaindepth", "datacontenttype", "data",
    ]

    private init(_ attributes: ValueMap, path: String) {
        self.attributes = attributes
        self.path = path
    }

    /// Reads the event in `value`; `path` says where it stands in the text, for errors.
    static func event(from value: Value, path: String) throws(JSONError) -> Event {
        guard case .map(let attributes) = value else {
            throw JSONError(.wrongShape("an event is an object, not \(value.typeName)"), offset: 0, path: path)
        }
        var reader = EventReader(attributes, path: path)
        return try reader.event()
    }

    private mutating func event() throws(JSONError) -> Event {
        guard try text("specversion") == "1.0" else { throw error("specversion", "must be \"1.0\"") }
        let hostText = try text("host")
        guard let host = HostID(hostText) else {
            throw error("host", "\"\(hostText)\" is no host id ([a-z0-9-]{1,63})")
        }
        var event = Event(
            type: EventType(rawValue: try text("type")), source: try text("source"), id: try text("id"),
            time: try time("time"), host: host)
        if attributes["recordedtime"] != nil { event.recordedTime = try time("recordedtime") }
        event.severityNumber = try integer("severitynumber")
        event.causationID = try optionalText("causationid")
        event.correlationID = try optionalText("correlationid")
        event.chainDepth = try integer("chaindepth")
        if let type = try optionalText("datacontenttype"), type != "application/json" {
            throw error("datacontenttype", "must be application/json, not \(type)")
        }
        switch take("data") {
        case .map(let data)?: event.data = data
        case nil: event.data = [:]
        case let other?: throw error("data", "must be an object, not \(other.typeName)")
        }
        if known < attributes.count {
            event.extensions = ValueMap(unique: attributes.entries.filter { !Self.names.contains($0.key) })
        }
        return event
    }

    private mutating func take(_ name: String) -> Value? {
        guard let value = attributes[name] else { return nil }
        known += 1
        return value
    }

    private mutating func optionalText(_ name: String) throws(JSONError) -> String? {
        switch take(name) {
        case nil: return nil
        case .string(let text)? where !text.isEmpty: return text
        case .string?: throw error(name, "must not be empty")
        case let other?: throw error(name, "must be a string, not \(other.typeName)")
        }
    }

    private mutating func text(_ name: String) throws(JSONError) -> String {
        guard let text = try optionalText(name) else { throw error(name, "is missing") }
        return text
    }

    private mutating func time(_ name: String) throws(JSONError) -> Timestamp {
        let text = try text(name)
        guard let time = Timestamp(rfc3339: text) else { throw error(name, "\"\(text)\" is no RFC 3339 time") }
        return time
    }

    private mutating func integer(_ name: String) throws(JSONError) -> Int? {
        switch take(name) {
        case nil: return nil
        case .int(let number)? where (0...1_000_000).contains(number): return Int(number)
        case let other?: throw error(name, "must be an integer from 0 to 1000000, not \(other.typeName)")
        }
    }

    private func error(_ name: String, _ expectation: String) -> JSONError {
        JSONError(.wrongShape("attribute \(name) \(expectation)"), offset: 0, path: path)
    }
}
