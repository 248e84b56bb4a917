/// Calls of functions, methods and macros.
extension ExpressionParser {
    /// `receiver.name(`: a macro, a function of a library such as `math.abs`, or a method.
    mutating func method(
        _ name: String, of receiver: ExpressionNode, _ start: Int, _ place: Int
    ) throws(Failure) -> ExpressionNode {
        if let path = Self.path(of: receiver) {
            if path == "cel", name == "bind" { return try bind(start) }
            let full = "\(path).\(name)"
            // A name that is nearly one of a library's is not taken for a method of what the bindings may call so.
            let isNear =
                path != "ip" && ExpressionFunction.nearest(to: full, isMethod: false)?.hasPrefix(path + ".") == true
            if isNear || ExpressionFunction.named(full, isMethod: false) != nil {
                return try call(full, on: nil, place)
            }
        }
        let receiver = try resolved(receiver)
        switch name {
        case "existsOne": return try macro(.existsOne, over: receiver, start)
        case "optMap": return try optionalMap(name, .content, of: receiver, start)
        case "optFlatMap": return try optionalMap(name, .flatContent, of: receiver, start)
        default:
            if let kind = ExpressionMacro.Kind(rawValue: name) { return try macro(kind, over: receiver, start) }
            return try call(name, on: receiver, place)
        }
    }

    /// A call behind its opening parenthesis.
    mutating func call(
        _ name: String, on receiver: ExpressionNode?, _ start: Int
    ) throws(Failure) -> ExpressionNode {
        let arguments = (receiver.map { [$0] } ?? []) + (try arguments())
        guard let function = ExpressionFunction.named(name, isMethod: receiver != nil) else {
            if scope.defersUnknownFunctions { return try node(.unknownCall(name), start, []) }
            let nearest = ExpressionFunction.nearest(to: name, isMethod: receiver != nil)
            throw Failure(problem: .unknownFunction(name, nearest: nearest), offset: start)
        }
        guard function.counts.contains(arguments.count) else {
            let own = receiver == nil ? 0 : 1
            let (least, most) = (function.counts.lowerBound - own, function.counts.upperBound - own)
            let expected =
                least == most ? "\(most) argument\(most == 1 ? "" : "s")" : "\(least) to \(most) arguments"
            throw failure("\(name) takes \(expected), not \(arguments.count - own)", at: start)
        }
        return try node(.call(function, arguments), start, arguments)
    }

    mutating func has(_ start: Int) throws(Failure) -> ExpressionNode {
        let argument = try expression()
        guard case .select(let value, let field, isOptional: false) = argument.kind else {
            throw failure("has() takes a field, such as has(data.name); for other keys write 'key' in data", at: start)
        }
        try expect(.closeParenthesis)
        return try node(.has(value, field), start, [value])
    }

    private mutating func macro(
        _ kind: ExpressionMacro.Kind, over range: ExpressionNode, _ start: Int
    ) throws(Failure) -> ExpressionNode {
        let transforms = [.map, .transformList, .transformMap, .transformMapEntry].contains(kind)
        var variables = [try variable(of: kind.rawValue)]
        if kind == .map || kind == .filter {
            // These have one variable only; what follows may be a condition that is a name.
        } else if transforms {
            variables.append(try variable(of: kind.rawValue))
        } else if try isNameBeforeComma() {
            variables.append(try variable(of: kind.rawValue))
        }
        let (slot, bodies) = try scoped(variables) { parser throws(Failure) in try parser.arguments() }
        guard let last = bodies.last, bodies.count == 1 || bodies.count == 2 && transforms else {
            let names = variables.count == 1 ? "a variable" : "two variables"
            throw failure("\(kind.rawValue) takes \(names) and one expression", at: start)
        }
        let macro = ExpressionMacro(
            kind: kind, range: range, variable: slot, isPaired: variables.count == 2,
            condition: transforms ? (bodies.count == 2 ? bodies[0] : nil) : last,
            transform: transforms ? last : nil)
        return try node(.macro(macro), start, [range] + bodies)
    }

    /// `cel.bind(name, value, body)`.
    private mutating func bind(_ start: Int) throws(Failure) -> ExpressionNode {
        let name = try variable(of: "cel.bind")
        let value = try expression()
        try expect(.comma)
        return try binding(.value, "cel.bind", name, value, start)
    }

    private mutating func optionalMap(
        _ macro: String, _ kind: ExpressionBinding.Kind, of value: ExpressionNode, _ start: Int
    ) throws(Failure) -> ExpressionNode {
        try binding(kind, macro, variable(of: macro), value, start)
    }

    private mutating func binding(
        _ kind: ExpressionBinding.Kind, _ macro: String, _ name: String, _ value: ExpressionNode, _ start: Int
    ) throws(Failure) -> ExpressionNode {
        let (slot, bodies) = try scoped([name]) { parser throws(Failure) in try parser.arguments() }
        guard bodies.count == 1 else { throw failure("\(macro) takes one expression behind its name", at: start) }
        let binding = ExpressionBinding(kind: kind, value: value, variable: slot, body: bodies[0])
        return try node(.bind(binding), start, [value] + bodies)
    }

    /// A variable's name and the comma behind it.
    private mutating func variable(of macro: String) throws(Failure) -> String {
        guard case .identifier(let name) = token else {
            throw failure("\(macro) takes a variable's name first, found \(token.name)")
        }
        try advance()
        try expect(.comma)
        return name
    }

    private mutating func arguments() throws(Failure) -> [ExpressionNode] {
        var arguments: [ExpressionNode] = []
        while token != .symbol(.closeParenthesis) {
            arguments.append(try expression())
            guard try take(.comma) else { break }
        }
        try expect(.closeParenthesis)
        return arguments
    }
}
