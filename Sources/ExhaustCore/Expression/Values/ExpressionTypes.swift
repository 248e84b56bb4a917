/// Types as values: their names, and the type of a value.
enum ExpressionTypes {
    private static let plain: Set<String> = [
        "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "optional_type",
    ]
    /// The names of types that have dots.
    static let dotted: Set<String> = [
        "google.protobuf.Timestamp", "google.protobuf.Duration", "net.IP", "net.CIDR",
    ]

    /// All names of types.
    static let names = plain.union(dotted)

    /// The type called `name`, if there is one. Bindings of that name come first, such as an event's `type`.
    static func named(_ name: String) -> Value? {
        names.contains(name) ? .computed(.type(name)) : nil
    }

    /// The name of the type of `value`.
    static func name(of value: Value) -> String {
        switch value {
        case .null: "null_type"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .computed(.optional): "optional_type"
        case .computed(.address): "net.IP"
        case .computed(.network): "net.CIDR"
        default: value.typeName
        }
    }
}
