/// Literals, names and what may follow them.
extension ExpressionParser {
    /// Words that the specification keeps for languages around it; as names of fields and methods they are fine.
    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    mutating func primary() throws(Failure) -> ExpressionNode {
        let start = offset
        switch token {
        case .int(let magnitude):
            guard let number = Int64(exactly: magnitude) else { throw failure("the number is too large") }
            return try literal(.int(number))
        case .uint(let number): return try literal(.uint(number))
        case .double(let number): return try literal(.double(number))
        case .string(let text): return try literal(.string(text))
        case .bytes(let bytes): return try literal(.bytes(bytes))
        case .identifier(let name): return try identifier(name)
        case .symbol(.dot):
            try advance()
            guard case .identifier(let name) = token else { throw failure("expected a name, found \(token.name)") }
            try advance()
            if try take(.openParenthesis) { return try call(name, on: nil, start) }
            return try node(.name("." + name), start, [])
        case .symbol(.openParenthesis):
            try advance()
            let inner = try expression()
            try expect(.closeParenthesis)
            return inner
        case .symbol(.openBracket): return try list()
        case .symbol(.openBrace): return try map()
        case .end: throw failure("an expression is missing here")
        default: throw unexpected()
        }
    }

    /// Fields, indexes and methods behind a value.
    mutating func postfix(_ value: ExpressionNode) throws(Failure) -> ExpressionNode {
        var value = value
        while true {
            let start = offset
            if try take(.dot) {
                value = try member(of: value, start)
            } else if try take(.openBracket) {
                let base = try resolved(value)
                let isOptional = try take(.question)
                let index = try expression()
                try expect(.closeBracket)
                value = try node(.index(base, index, isOptional: isOptional), start, [base, index])
            } else {
                if token == .symbol(.openBrace) { try refuseMessage(value) }
                return try resolved(value)
            }
        }
    }

    /// Names a form of CEL that is left out, rather than call its brace unexpected.
    private func refuseMessage(_ value: ExpressionNode) throws(Failure) {
        switch value.kind {
        case .name, .variable, .select: throw failure("messages such as Type{field: value} are not supported")
        default: return
        }
    }

    private mutating func literal(_ value: Value) throws(Failure) -> ExpressionNode {
        let start = offset
        try advance()
        return try node(.literal(value), start, [])
    }

    private mutating func identifier(_ name: String) throws(Failure) -> ExpressionNode {
        let start = offset
        switch name {
        case "true": return try literal(.bool(true))
        case "false": return try literal(.bool(false))
        case "null": return try literal(.null)
        default: break
        }
        if Self.reserved.contains(name) { throw failure("'\(name)' is a reserved word") }
        try advance()
        guard try take(.openParenthesis) else { return try self.name(name, start) }
        if name == "has" { return try has(start) }
        return try call(name, on: nil, start)
    }

    private mutating func member(of value: ExpressionNode, _ start: Int) throws(Failure) -> ExpressionNode {
        let place = offset
        let isOptional = try take(.question)
        switch token {
        case .quoted(let field):
            let base = try resolved(value)
            try advance()
            return try node(.select(base, field, isOptional: isOptional), start, [base])
        case .identifier(let field):
            if ["true", "false", "null", "in"].contains(field) { throw failure("'\(field)' is a reserved word") }
            try advance()
            if isOptional {
                let base = try resolved(value)
                return try node(.select(base, field, isOptional: true), start, [base])
            }
            if try take(.openParenthesis) { return try method(field, of: value, start, place) }
            return try node(.select(value, field, isOptional: false), start, [value])
        default: throw failure("expected a field name, found \(token.name)")
        }
    }

    private mutating func list() throws(Failure) -> ExpressionNode {
        let start = offset
        try advance()
        var elements: [ExpressionNode.Element] = []
        while token != .symbol(.closeBracket) {
            let isOptional = try take(.question)
            elements.append(ExpressionNode.Element(value: try expression(), isOptional: isOptional))
            guard try take(.comma) else { break }
        }
        try expect(.closeBracket)
        return try node(.list(elements), start, elements.map(\.value))
    }

    private mutating func map() throws(Failure) -> ExpressionNode {
        let start = offset
        try advance()
        var entries: [ExpressionNode.Entry] = []
        while token != .symbol(.closeBrace) {
            let isOptional = try take(.question)
            let key = try expression()
            try expect(.colon)
            entries.append(ExpressionNode.Entry(key: key, value: try expression(), isOptional: isOptional))
            guard try take(.comma) else { break }
        }
        try expect(.closeBrace)
        return try node(.map(entries), start, entries.flatMap { [$0.key, $0.value] })
    }
}
