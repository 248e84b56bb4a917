/// A value tree whose strings are templates: the `with:` of a policy or a task.
public indirect enum ValueTemplate: Sendable, Hashable {
    /// Anything that holds no expression.
    case constant(Value)
    case template(Template)
    case list([ValueTemplate])
    case map([Entry])

    /// A key with its value; keys are not templates.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public let key: String
        /// What is rendered for it.
        public let value: ValueTemplate
    }

    /// Parses all strings in `value`. Errors say line and column within the string.
    public static func parse(_ value: Value) throws(ExpressionError) -> ValueTemplate {
        switch value {
        case .string(let text):
            let template = try Template.parse(text)
            return template.isConstant ? .constant(value) : .template(template)
        case .list(let elements):
            var templates: [ValueTemplate] = []
            for element in elements { templates.append(try parse(element)) }
            return .list(templates)
        case .map(let map):
            var entries: [Entry] = []
            for entry in map.entries { entries.append(Entry(key: entry.key, value: try parse(entry.value))) }
            return .map(entries)
        default: return .constant(value)
        }
    }

    /// The names that its expressions ask of the bindings.
    public var identifiers: Set<String> {
        switch self {
        case .constant: []
        case .template(let template): template.identifiers
        case .list(let elements): elements.reduce(into: []) { $0.formUnion($1.identifiers) }
        case .map(let entries): entries.reduce(into: []) { $0.formUnion($1.value.identifiers) }
        }
    }

    /// The tree with its templates rendered; one that is a single expression keeps the value's type.
    public func render(in bindings: any Bindings) throws(ExpressionError) -> Value {
        switch self {
        case .constant(let value): return value
        case .template(let template): return try template.render(in: bindings)
        case .list(let elements):
            var values: [Value] = []
            for element in elements { values.append(try element.render(in: bindings)) }
            return .list(values)
        case .map(let entries):
            var map = ValueMap()
            for entry in entries { map[entry.key] = try entry.value.render(in: bindings) }
            return .map(map)
        }
    }
}

extension ValueTemplate: Decodable {
    /// Reads a tree from configuration.
    public init(from decoder: any Decoder) throws {
        let value = try Value(from: decoder)
        do {
            self = try ValueTemplate.parse(value)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath, debugDescription: "template, \(error)", underlyingError: error))
        }
    }
}
