/// What the events of a stream hold, as docs/schemas has it, for programs that run without the docs.
public enum StreamSchema {
    /// The type of `data` in the events of `stream`; `dyn` for a stream of others' making, of which nothing is known.
    public static func data(of stream: EventType) -> ExpressionType { table[stream.rawValue] ?? .dyn }

    /// The streams whose events are known.
    static var streams: [String] { table.keys.sorted() }

    private static let table: [String: ExpressionType] = {
        let rows = (network + others).map { stream, text in
            var notation = TypeNotation(text)
            return (stream, notation.type().map { $0.named(stream) } ?? .dyn)
        }
        return Dictionary(rows) { first, _ in first }
    }()
}

extension EventBindings {
    /// The types of the names that every event has, one with such data.
    public static func types(data: ExpressionType) -> [String: ExpressionType] {
        [
            "data": data, "host": .string, "type": .string, "time": .timestamp, "source": .string, "id": .string,
            "severitynumber": .nullable(.int),
        ]
    }
}

extension ExpressionType {
    /// The type, where it is a map with known keys under the name `name`, and maps in it under those of their fields.
    fileprivate func named(_ name: String) -> ExpressionType {
        switch self {
        case .record(var record):
            record.name = name
            record.fields = record.fields.reduce(into: [:]) { $0[$1.key] = $1.value.named($1.key) }
            return .record(record)
        case .list(let element): return .list(element.named(name))
        case .map(let key, let value): return .map(key, value.named(name))
        default: return self
        }
    }
}
