/// Why an expression could not be parsed or evaluated, and where in its text.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong.
    public let problem: ExpressionProblem
    /// Bytes from the start of `source`.
    public let offset: Int
    /// The text that was parsed: the expression, or the template that holds it.
    public let source: String

    init(_ problem: ExpressionProblem, offset: Int, source: String) {
        self.problem = problem
        self.offset = offset
        self.source = source
    }

    /// The line within `source`, from 1.
    public var line: Int { 1 + source.utf8.prefix(offset).count { $0 == UInt8(ascii: "\n") } }

    /// The column within the line in code points, from 1.
    public var column: Int {
        let before = Array(source.utf8.prefix(offset))
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return 1 + String(decoding: before[start...], as: UTF8.self).unicodeScalars.count
    }

    public var description: String {
        let place = source.utf8.contains(UInt8(ascii: "\n")) ? "line \(line), column \(column)" : "column \(column)"
        return "\(place): \(problem.text)"
    }
}

/// The kinds of error that expressions know. Cheap to make, since a rule meets them on events that do not concern it.
public enum ExpressionProblem: Error, Sendable, Hashable {
    /// The text is no expression; the reason in words.
    case syntax(String)
    /// A part can only be wrong, whatever the values are; the reason in words.
    case type(String)
    case unknownFunction(String, nearest: String?)
    /// A name that the bindings do not have.
    case unknownName(String)
    case noSuchField(String)
    case noSuchKey(Value)
    case indexOutOfRange(Value)
    /// An operator or function that does not take values of these types.
    case noOverload(String, String, String? = nil)
    case overflow
    case divisionByZero
    case outOfRange(String)
    case duplicateKey(String)
    /// `value()` of an optional that has none.
    case noValue
    /// The evaluation took more steps than allowed. The only problem that `&&` and `||` do not absorb.
    case costExceeded(limit: Int)

    var text: String {
        switch self {
        case .syntax(let reason), .type(let reason): reason
        case .unknownFunction(let name, let nearest):
            "unknown function '\(name)'" + (nearest.map { ", did you mean '\($0)'?" } ?? "")
        case .unknownName(let name): "unknown name '\(name)'"
        case .noSuchField(let name): "no such field '\(name)'"
        case .noSuchKey(let key): "no such key \(ValueText.literal(key))"
        case .indexOutOfRange(let index): "no element at index \(ValueText.literal(index))"
        case .noOverload(let operation, let left, let right):
            "\(operation) does not take \(left)" + (right.map { " and \($0)" } ?? "")
        case .overflow: "integer overflow"
        case .divisionByZero: "division by zero"
        case .outOfRange(let what): "out of range: \(what)"
        case .duplicateKey(let key): "key '\(key)' stands twice"
        case .noValue: "the optional has no value"
        case .costExceeded(let limit): "more than \(limit) steps"
        }
    }
}
