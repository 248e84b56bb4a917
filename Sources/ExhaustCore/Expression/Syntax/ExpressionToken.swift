/// A word of an expression.
enum ExpressionToken: Hashable {
    case end
    case identifier(String)
    /// A field name in backquotes, which may hold `.`, `-`, `/` and blanks.
    case quoted(String)
    /// The magnitude; a sign is a token of its own.
    case int(UInt64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case symbol(Symbol)

    enum Symbol: String, CaseIterable {
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case and = "&&"
        case or = "||"
        case less = "<"
        case greater = ">"
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
        case openBrace = "{"
        case closeBrace = "}"
        case dot = "."
        case comma = ","
        case colon = ":"
        case question = "?"
        case not = "!"
        case minus = "-"
        case plus = "+"
        case times = "*"
        case divide = "/"
        case modulo = "%"
    }

    /// The token as error messages name it.
    var name: String {
        switch self {
        case .end: "the end"
        case .identifier(let name): "'\(name)'"
        case .quoted(let name): "'`\(name)`'"
        case .int, .uint, .double: "a number"
        case .string: "a string"
        case .bytes: "bytes"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        }
    }
}
