/// What an expression gives, as far as that is known before it runs.
public indirect enum ExpressionType: Sendable, Hashable {
    /// Anything: it is known only when the expression runs.
    case dyn
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    case list(ExpressionType)
    case map(ExpressionType, ExpressionType)
    /// A map whose keys are known.
    case record(RecordType)
    /// A value or null.
    case nullable(ExpressionType)
    /// A type as a value.
    case type(ExpressionType)
    /// `optional(T)`, and what extensions bring, such as `net.IP`.
    case named(String, [ExpressionType] = [])
    /// Stands for one type all over a function's signature.
    case parameter(Int)

    /// An optional value.
    public static func optional(_ type: ExpressionType) -> ExpressionType { .named("optional", [type]) }

    /// Whether values are numbers, which compare with each other whatever their types.
    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        case .nullable(let type): type.isNumber
        default: false
        }
    }
}

/// The keys of a map that are known, with the types of their values. Whether a key is there, only a run can tell.
public struct RecordType: Sendable, Hashable {
    /// Whose map it is, for messages: a stream's name, `fact`.
    public var name: String
    /// The known keys.
    public var fields: [String: ExpressionType]
    /// Whether there may be other keys.
    public var isOpen: Bool

    /// A map with the keys of `fields`.
    public init(_ name: String, _ fields: [String: ExpressionType], isOpen: Bool = false) {
        self.name = name
        self.fields = fields
        self.isOpen = isOpen
    }
}

extension ExpressionType: CustomStringConvertible {
    /// The type as CEL writes it.
    public var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .record: "map(string, dyn)"
        case .nullable(let type): "\(type)?"
        case .type(let type): "type(\(type))"
        case .named(let name, let parameters):
            parameters.isEmpty ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .parameter(let number): "T\(number)"
        }
    }
}
