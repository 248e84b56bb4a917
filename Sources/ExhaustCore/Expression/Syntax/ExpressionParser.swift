/// Parses an expression by precedence (Pratt). Grammar: CEL specification, "Syntax".
struct ExpressionParser {
    typealias Failure = ExpressionLexer.Failure

    /// Levels of nesting in the text and in the tree.
    static let depthLimit = 100
    static let sizeLimit = 65_536

    private var lexer: ExpressionLexer
    private(set) var token: ExpressionToken = .end
    /// Where `token` begins.
    private(set) var offset = 0
    private var nesting = 0
    /// The macro variables in scope, outermost first.
    private var variables: [String] = []
    let scope: ExpressionScope

    /// A parser at `position` of `text`, with the first token read.
    init(_ text: String, from position: Int = 0, in scope: ExpressionScope = .plain) throws(Failure) {
        self.scope = scope
        lexer = ExpressionLexer(text, from: position)
        guard lexer.bytes.count <= Self.sizeLimit else {
            throw lexer.failure("longer than \(Self.sizeLimit) bytes")
        }
        try advance()
    }

    /// Parses an expression and everything in it that binds at least as tightly as `minimum`.
    mutating func expression(_ minimum: Precedence = .conditional) throws(Failure) -> ExpressionNode {
        try descend()
        defer { nesting -= 1 }
        var left = try unary()
        while let precedence = Precedence(of: token), precedence >= minimum {
            left =
                switch precedence {
                case .conditional: try conditional(left)
                case .or: try chain(left, .or)
                case .and: try chain(left, .and)
                case .relation, .sum, .product: try binary(left, precedence)
                }
        }
        return left
    }

    private mutating func conditional(_ condition: ExpressionNode) throws(Failure) -> ExpressionNode {
        let start = offset
        try advance()
        let first = try expression(.or)
        try expect(.colon)
        let second = try expression()
        return try node(.conditional(condition, first, second), start, [condition, first, second])
    }

    /// A row of `&&` or `||` as one node, since its order does not matter and its length should not nest.
    private mutating func chain(
        _ first: ExpressionNode, _ symbol: ExpressionToken.Symbol
    ) throws(Failure) -> ExpressionNode {
        let start = offset
        var operands = [first]
        while token == .symbol(symbol) {
            try advance()
            operands.append(try expression(symbol == .or ? .and : .relation))
        }
        return try node(symbol == .or ? .or(operands) : .and(operands), start, operands)
    }

    private mutating func binary(
        _ left: ExpressionNode, _ precedence: Precedence
    ) throws(Failure) -> ExpressionNode {
        let start = offset
        guard let operation = token.binaryOperator else { throw unexpected() }
        try advance()
        let right = if let tighter = precedence.next { try expression(tighter) } else { try unary() }
        return try node(.binary(operation, left, right), start, [left, right])
    }

    private mutating func unary() throws(Failure) -> ExpressionNode {
        let start = offset
        guard token == .symbol(.not) || token == .symbol(.minus) else { return try postfix(try primary()) }
        try descend()
        defer { nesting -= 1 }
        let isMinus = token == .symbol(.minus)
        try advance()
        if isMinus, let number = try negativeNumber(start) { return try postfix(number) }
        let operand = try unary()
        return try node(isMinus ? .negate(operand) : .not(operand), start, [operand])
    }

    /// A number literal behind a minus: one literal, since the smallest integer has no positive counterpart.
    private mutating func negativeNumber(_ start: Int) throws(Failure) -> ExpressionNode? {
        let value: Value
        switch token {
        case .int(let magnitude):
            guard magnitude <= Int64.min.magnitude else { throw failure("the number is too small", at: start) }
            value = .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        case .double(let magnitude): value = .double(-magnitude)
        default: return nil
        }
        try advance()
        return try node(.literal(value), start, [])
    }
}

// What the parts of the parser share.
extension ExpressionParser {
    /// How tightly an operator binds, loosest first.
    enum Precedence: Int, Comparable {
        case conditional, or, and, relation, sum, product

        init?(of token: ExpressionToken) {
            switch token {
            case .symbol(.question): self = .conditional
            case .symbol(.or): self = .or
            case .symbol(.and): self = .and
            case .symbol(.plus), .symbol(.minus): self = .sum
            case .symbol(.times), .symbol(.divide), .symbol(.modulo): self = .product
            default:
                guard token.binaryOperator != nil else { return nil }
                self = .relation
            }
        }

        /// The precedence of the right side of an operator that groups to the left; above `product` is none.
        var next: Precedence? { Precedence(rawValue: rawValue + 1) }

        static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }
    }

    mutating func advance() throws(Failure) {
        (token, offset) = try lexer.next()
    }

    mutating func take(_ symbol: ExpressionToken.Symbol) throws(Failure) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: ExpressionToken.Symbol) throws(Failure) {
        guard try take(symbol) else { throw failure("expected '\(symbol.rawValue)', found \(token.name)") }
    }

    func node(
        _ kind: ExpressionNode.Kind, _ offset: Int, _ children: [ExpressionNode]
    ) throws(Failure) -> ExpressionNode {
        let depth = 1 + (children.lazy.map(\.depth).max() ?? 0)
        guard depth <= Self.depthLimit else { throw tooDeep(offset) }
        return ExpressionNode(kind: kind, offset: offset, depth: depth)
    }

    /// A name: the innermost macro variable of that name, or one for the bindings.
    mutating func name(_ name: String, _ offset: Int) throws(Failure) -> ExpressionNode {
        if let slot = variables.lastIndex(of: name) { return try node(.variable(slot), offset, []) }
        return try node(.name(name), offset, [])
    }

    /// Whether the token is a name with a comma behind it.
    func isNameBeforeComma() throws(Failure) -> Bool {
        guard case .identifier = token else { return false }
        var ahead = lexer
        return try ahead.next().token == .symbol(.comma)
    }

    /// Parses with `names` in scope and gives the first one's slot.
    mutating func scoped<T>(
        _ names: [String], _ body: (inout ExpressionParser) throws(Failure) -> T
    ) throws(Failure) -> (slot: Int, result: T) {
        variables += names
        defer { variables.removeLast(names.count) }
        return (variables.count - names.count, try body(&self))
    }

    func failure(_ reason: String, at place: Int? = nil) -> Failure {
        Failure(problem: .syntax(reason), offset: place ?? offset)
    }

    func unexpected() -> Failure { failure("unexpected \(token.name)") }

    /// Goes one level down; the caller comes up again.
    private mutating func descend() throws(Failure) {
        guard nesting < Self.depthLimit else { throw tooDeep(offset) }
        nesting += 1
    }

    private func tooDeep(_ offset: Int) -> Failure {
        failure("nested deeper than \(Self.depthLimit) levels", at: offset)
    }
}

extension ExpressionToken {
    /// The operator with two operands that this token is.
    fileprivate var binaryOperator: ExpressionNode.Operator? {
        switch self {
        case .symbol(let symbol): ExpressionNode.Operator(rawValue: symbol.rawValue)
        case .identifier("in"): .contained
        default: nil
        }
    }
}
