/// A condition or value in Exhaust's expression language, a subset of CEL: parsed once, evaluated often.
///
/// Evaluation has no side effects, always ends, and takes a bounded number of steps. See `docs/expressions.md`.
public struct Expression: Sendable {
    /// The expression as it was written.
    public let text: String
    /// The names that it asks of its bindings, without macro variables.
    public let identifiers: Set<String>

    private let root: ExpressionNode
    /// The text that offsets count in: the expression, or the template around it.
    private let source: String

    /// Parses `text`. Errors say line and column.
    public static func parse(_ text: String) throws(ExpressionError) -> Expression {
        do throws(ExpressionParser.Failure) {
            var parser = try ExpressionParser(text)
            let root = try parser.expression()
            guard parser.token == .end else { throw parser.unexpected() }
            return Expression(text: text, identifiers: parser.names, root: root, source: text)
        } catch {
            throw ExpressionError(error.problem, offset: error.offset, source: text)
        }
    }

    /// Parses the expression at byte `start` of `template` up to the `}}` behind it, and gives the place after that.
    static func parse(
        in template: String, from start: Int
    ) throws(ExpressionError) -> (expression: Expression, end: Int) {
        do throws(ExpressionParser.Failure) {
            var parser = try ExpressionParser(template, from: start)
            let root = try parser.expression()
            let end = parser.offset
            try parser.expect(.closeBrace)
            guard parser.token == .symbol(.closeBrace), parser.offset == end + 1 else {
                throw parser.failure("expected '}}', found '}'", at: end)
            }
            let text = String(decoding: Array(template.utf8)[start..<end], as: UTF8.self)
            let expression = Expression(text: text, identifiers: parser.names, root: root, source: template)
            return (expression, end + 2)
        } catch {
            throw ExpressionError(error.problem, offset: error.offset, source: template)
        }
    }

    /// The value, with names meaning what `bindings` says.
    public func evaluate(in bindings: any Bindings) throws(ExpressionError) -> Value {
        do {
            var evaluator = ExpressionEvaluator(bindings)
            return try evaluator.evaluate(root)
        } catch {
            throw ExpressionError(error.problem, offset: error.offset, source: source)
        }
    }

    /// Whether the value is `true`. A value that is no bool is an error.
    public func isTrue(in bindings: any Bindings) throws(ExpressionError) -> Bool {
        let value = try evaluate(in: bindings)
        guard case .bool(let flag) = value else {
            throw ExpressionError(.noOverload("a condition", value.typeName), offset: root.offset, source: source)
        }
        return flag
    }
}

extension Expression: Hashable, CustomStringConvertible {
    public static func == (left: Expression, right: Expression) -> Bool { left.text == right.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
    public var description: String { text }
}

extension Expression: Decodable {
    /// Reads an expression from configuration; a bare number or truth value counts as its literal.
    public init(from decoder: any Decoder) throws {
        let value = try Value(from: decoder)
        let text: String
        switch value {
        case .string(let written): text = written
        case .bool, .int, .double: text = ValueText.plain(value)
        default:
            let message = "expected an expression, found \(value.typeName)"
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: message))
        }
        do {
            self = try Expression.parse(text)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expression, \(error)"))
        }
    }
}
