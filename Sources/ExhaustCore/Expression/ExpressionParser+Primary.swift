/// Literals, names, calls and what may follow them.
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
            return try global(name, start)
        case .symbol(.openParenthesis):
            try advance()
            let inner = try expression()
            try expect(.closeParenthesis)
            return inner
        case .symbol(.openBracket):
            try advance()
            let elements = try list(until: .closeBracket)
            return try node(.list(elements), start, elements)
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
                let index = try expression()
                try expect(.closeBracket)
                value = try node(.index(value, index), start, [value, index])
            } else {
                if token == .symbol(.openBrace) { try refuseMessage(value) }
                return value
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
        switch token {
        case .quoted(let field):
            try advance()
            return try node(.select(value, field), start, [value])
        case .identifier(let field):
            if ["true", "false", "null", "in"].contains(field) { throw failure("'\(field)' is a reserved word") }
            try advance()
            guard try take(.openParenthesis) else { return try node(.select(value, field), start, [value]) }
            if let kind = ExpressionMacro.Kind(rawValue: field) { return try macro(kind, over: value, start) }
            return try call(field, on: value, place)
        default: throw failure("expected a field name, found \(token.name)")
        }
    }

    private mutating func call(
        _ name: String, on receiver: ExpressionNode?, _ start: Int
    ) throws(Failure) -> ExpressionNode {
        let arguments = (receiver.map { [$0] } ?? []) + (try list(until: .closeParenthesis))
        guard let function = ExpressionFunction.named(name, isMethod: receiver != nil) else {
            let nearest = ExpressionFunction.nearest(to: name, isMethod: receiver != nil)
            throw Failure(problem: .unknownFunction(name, nearest: nearest), offset: start)
        }
        let count = arguments.count - (receiver == nil ? 0 : 1)
        let expected = function.count - (receiver == nil ? 0 : 1)
        guard count == expected else {
            throw failure("\(name) takes \(expected) argument\(expected == 1 ? "" : "s"), not \(count)", at: start)
        }
        return try node(.call(function, arguments), start, arguments)
    }

    private mutating func has(_ start: Int) throws(Failure) -> ExpressionNode {
        let argument = try expression()
        guard case .select(let value, let field) = argument.kind else {
            throw failure("has() takes a field, such as has(data.name); for other keys write 'key' in data", at: start)
        }
        try expect(.closeParenthesis)
        return try node(.has(value, field), start, [value])
    }

    private mutating func macro(
        _ kind: ExpressionMacro.Kind, over range: ExpressionNode, _ start: Int
    ) throws(Failure) -> ExpressionNode {
        guard case .identifier(let variable) = token else {
            throw failure("\(kind.rawValue) takes a variable's name first, found \(token.name)")
        }
        try advance()
        try expect(.comma)
        let (slot, bodies) = try scoped(variable) { parser throws(Failure) in
            try parser.list(until: .closeParenthesis)
        }
        guard let last = bodies.last, bodies.count == 1 || bodies.count == 2 && kind == .map else {
            throw failure("\(kind.rawValue) takes a variable and one expression", at: start)
        }
        let macro = ExpressionMacro(
            kind: kind, range: range, variable: slot,
            condition: kind == .map ? (bodies.count == 2 ? bodies[0] : nil) : last,
            transform: kind == .map ? last : nil)
        return try node(.macro(macro), start, [range] + bodies)
    }

    private mutating func list(until end: ExpressionToken.Symbol) throws(Failure) -> [ExpressionNode] {
        var elements: [ExpressionNode] = []
        while token != .symbol(end) {
            elements.append(try expression())
            guard try take(.comma) else { break }
        }
        try expect(end)
        return elements
    }

    private mutating func map() throws(Failure) -> ExpressionNode {
        let start = offset
        try advance()
        var entries: [ExpressionNode.Entry] = []
        while token != .symbol(.closeBrace) {
            let key = try expression()
            try expect(.colon)
            entries.append(ExpressionNode.Entry(key: key, value: try expression()))
            guard try take(.comma) else { break }
        }
        try expect(.closeBrace)
        return try node(.map(entries), start, entries.flatMap { [$0.key, $0.value] })
    }
}
