/// A text with expressions in it: `disk {{ item.device }} is full`.
///
/// A template that is one expression and nothing else gives that expression's value with its type; any other gives a
/// string. `{{ "{{" }}` writes two braces.
public struct Template: Sendable {
    /// The template as it was written.
    public let text: String
    private let parts: [Part]

    private enum Part: Sendable {
        case text(String)
        case expression(Expression)
    }

    /// Parses `text`. Errors say line and column.
    public static func parse(_ text: String) throws(ExpressionError) -> Template {
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var literal: [UInt8] = []
        var position = 0
        func flush() {
            if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
            literal = []
        }
        while position < bytes.count {
            guard bytes[position...].starts(with: "{{".utf8) else {
                literal.append(bytes[position])
                position += 1
                continue
            }
            flush()
            let (expression, end) = try Expression.parse(in: text, from: position + 2)
            parts.append(.expression(expression))
            position = end
        }
        flush()
        return Template(text: text, parts: parts)
    }

    /// The expressions in it.
    var expressions: [Expression] {
        parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
    }

    /// The names that its expressions ask of the bindings.
    public var identifiers: Set<String> { expressions.reduce(into: []) { $0.formUnion($1.identifiers) } }

    /// Whether there is no expression in it.
    public var isConstant: Bool { parts.allSatisfy { if case .text = $0 { true } else { false } } }

    /// The template with its expressions evaluated. Null is written `null`, lists and maps as JSON.
    public func render(in bindings: any Bindings) throws(ExpressionError) -> Value {
        if parts.count == 1, case .expression(let whole) = parts[0] { return try whole.evaluate(in: bindings) }
        return .string(try renderText(in: bindings))
    }

    /// The same as a string in every case.
    public func renderText(in bindings: any Bindings) throws(ExpressionError) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .expression(let expression): result += ValueText.plain(try expression.evaluate(in: bindings))
            }
        }
        return result
    }
}

extension Template: Hashable, CustomStringConvertible {
    public static func == (left: Template, right: Template) -> Bool { left.text == right.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
    public var description: String { text }
}

extension Template: Decodable {
    /// Reads a template from configuration.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do {
            self = try Template.parse(text)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath, debugDescription: "template, \(error)", underlyingError: error))
        }
    }
}
