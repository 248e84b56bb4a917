/// A condition or value in CEL, the Common Expression Language: parsed once, evaluated often.
///
/// Evaluation has no side effects, always ends, and takes a bounded number of steps. See `docs/expressions.md`.
public struct Expression: Sendable {
    /// The expression as it was written.
    public let text: String
    /// The names that it asks of its bindings, without macro variables and types.
    public let identifiers: Set<String>
    /// The expression as a tree, for what reads rather than evaluates it.
    package let root: ExpressionNode

    private let step: ExpressionStep
    private let test: ExpressionTest
    /// Whether its value may be made of shared parts and larger than the steps that made it.
    private let isConstruction: Bool
    /// The text that offsets count in: the expression, or the template around it.
    let source: String

    private init(
        _ root: ExpressionNode, text: String, source: String
    ) throws(ExpressionParser.Failure) {
        self.text = text
        self.source = source
        self.root = root
        identifiers = root.names.subtracting(ExpressionTypes.names).union(root.names.intersection(["type"]))
        (step, test) = try ExpressionCompiler.code(of: root)
        isConstruction = root.isConstruction
    }

    /// Parses `text`. Errors say line and column.
    public static func parse(_ text: String) throws(ExpressionError) -> Expression { try parse(text, in: .plain) }

    /// Parses `text`, whose names may mean what `scope` says.
    package static func parse(_ text: String, in scope: ExpressionScope) throws(ExpressionError) -> Expression {
        do throws(ExpressionParser.Failure) {
            var parser = try ExpressionParser(text, in: scope)
            let root = try parser.expression()
            guard parser.token == .end else { throw parser.unexpected() }
            return try Expression(root, text: text, source: text)
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
            return (try Expression(root, text: text, source: template), end + 2)
        } catch {
            throw ExpressionError(error.problem, offset: error.offset, source: template)
        }
    }

    /// The value, with names meaning what `bindings` says.
    public func evaluate(in bindings: any Bindings) throws(ExpressionError) -> Value {
        var evaluation = ExpressionEvaluation(bindings: bindings, event: nil)
        return try value(&evaluation)
    }

    /// The value of an event, whose fields are read in place.
    public func evaluate(in bindings: EventBindings) throws(ExpressionError) -> Value {
        var evaluation = ExpressionEvaluation(bindings: bindings, event: bindings)
        return try value(&evaluation)
    }

    /// Whether the value is `true`. A value that is no bool is an error.
    public func isTrue(in bindings: any Bindings) throws(ExpressionError) -> Bool {
        var evaluation = ExpressionEvaluation(bindings: bindings, event: nil)
        return try truth(&evaluation)
    }

    /// Whether it holds of an event, whose fields are read in place.
    public func isTrue(in bindings: EventBindings) throws(ExpressionError) -> Bool {
        var evaluation = ExpressionEvaluation(bindings: bindings, event: bindings)
        return try truth(&evaluation)
    }

    private func value(_ evaluation: inout ExpressionEvaluation) throws(ExpressionError) -> Value {
        do throws(ExpressionParser.Failure) {
            let value = try step(&evaluation)
            guard isConstruction else { return value }
            do throws(ExpressionProblem) { try evaluation.meter.charge(forAllOf: value) } catch {
                throw ExpressionParser.Failure(problem: error, offset: root.offset)
            }
            return value
        } catch {
            throw ExpressionError(error.problem, offset: error.offset, source: source)
        }
    }

    private func truth(_ evaluation: inout ExpressionEvaluation) throws(ExpressionError) -> Bool {
        do throws(ExpressionParser.Failure) { return try test(&evaluation) } catch {
            throw ExpressionError(error.problem, offset: error.offset, source: source)
        }
    }
}

extension ExpressionNode {
    /// The names of the bindings in it.
    fileprivate var names: Set<String> {
        if case .name(let name) = kind { return [name] }
        return children.reduce(into: []) { $0.formUnion($1.names) }
    }

    /// Whether it makes lists or maps, or names a value, anywhere.
    fileprivate var isConstruction: Bool {
        switch kind {
        case .list, .map, .macro, .bind: true
        default: children.contains(where: \.isConstruction)
        }
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
                .init(
                    codingPath: decoder.codingPath, debugDescription: "expression, \(error)", underlyingError: error))
        }
    }
}
