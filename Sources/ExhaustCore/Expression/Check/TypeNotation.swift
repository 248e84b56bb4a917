/// Reads types as the tables of functions and of streams write them.
///
/// `list(T)`, `map(K, V)`, `optional(T)`, `type(T)`, `T?` for a value or null, `{name: T, other: T}` for a map with
/// known keys, with `...` last where there may be others, and one capital letter for a parameter.
struct TypeNotation {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    /// Reads a type; `nil` if there is none here.
    mutating func type() -> ExpressionType? {
        guard var type = simple() else { return nil }
        while take("?") { type = .nullable(type) }
        return type
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

    /// Takes `symbol` if it comes next.
    mutating func take(_ symbol: String) -> Bool {
        rest = rest.drop { $0 == " " || $0 == "\n" }
        guard rest.hasPrefix(symbol) else { return false }
        rest = rest.dropFirst(symbol.count)
        return true
    }

    /// Takes a name with what names of fields and functions hold; `nil` if none comes next.
    mutating func name() -> String? {
        rest = rest.drop { $0 == " " || $0 == "\n" }
        var name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "-" }
        while name.last == "." { name.removeLast() }
        rest = rest.dropFirst(name.count)
        return name.isEmpty ? nil : String(name)
    }

    private mutating func simple() -> ExpressionType? {
        if take("{") { return record().map { .record($0) } }
        guard let name = name() else { return nil }
        if let type = Self.names[name] { return type }
        if name.utf8.count == 1, let letter = name.utf8.first, (65...90).contains(letter) {
            return .parameter(Int(letter) - 65)
        }
        guard take("(") else { return .named(name) }
        var parameters: [ExpressionType] = []
        repeat {
            guard let parameter = type() else { return nil }
            parameters.append(parameter)
        } while take(",")
        guard take(")") else { return nil }
        return Self.constructed(name, parameters)
    }

    private mutating func record() -> RecordType? {
        var record = RecordType("", [:])
        while !take("}") {
            if take("...") {
                record.isOpen = true
            } else {
                guard let name = name(), take(":"), let type = type() else { return nil }
                record.fields[name] = type
            }
            guard take(",") || rest.hasPrefix("}") else { return nil }
        }
        return record
    }

    private static func constructed(_ name: String, _ parameters: [ExpressionType]) -> ExpressionType {
        switch (name, parameters.count) {
        case ("list", 1): .list(parameters[0])
        case ("map", 2): .map(parameters[0], parameters[1])
        case ("type", 1): .type(parameters[0])
        default: .named(name, parameters)
        }
    }

    /// The types that are one word.
    private static let names: [String: ExpressionType] = [
        "dyn": .dyn, "null": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string,
        "bytes": .bytes, "timestamp": .timestamp, "duration": .duration,
    ]
}
