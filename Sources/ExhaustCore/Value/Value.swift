/// A value as JSON, YAML and expressions know it: the one tree that every part of Exhaust reads and writes.
///
/// JSON and YAML give the first eight cases; `bytes`, `timestamp` and `duration` exist in expressions and
/// are written to JSON as base64, RFC 3339 and seconds with an `s`; `computed` as its `plain` value.
public enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    /// An integer above `Int64.max`; smaller ones read as `int`.
    case uint(UInt64)
    case double(Double)
    case string(String)
    case list([Value])
    case map(ValueMap)
    case bytes([UInt8])
    case timestamp(Timestamp)
    case duration(Duration)
    case computed(ComputedValue)

    /// The name of the case as error messages say it.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .list: "list"
        case .map: "map"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .computed(let value): value.typeName
        }
    }
}

extension Value {
    /// The text, if this is a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The truth value, if this is one.
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    /// The integer, if this is one that fits `Int64`.
    public var int: Int64? { if case .int(let number) = self { number } else { nil } }
    /// The elements, if this is a list.
    public var list: [Value]? { if case .list(let elements) = self { elements } else { nil } }
    /// The entries, if this is a map.
    public var map: ValueMap? { if case .map(let entries) = self { entries } else { nil } }
    /// Any number as a double; integers above 2^53 lose precision.
    public var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    /// The value under `key`, if this is a map that has it.
    public subscript(key: String) -> Value? { map?[key] }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, Value)...) { self = .map(ValueMap(elements)) }
}
