/// Loops over lists and maps, and values with a name.
extension ExpressionCompiler {
    /// `all`, `exists` and `existsOne`. The first two absorb errors as `&&` and `||` do.
    static func search(_ macro: ExpressionMacro, _ offset: Int) throws(Failure) -> ExpressionTest {
        let loop = try ExpressionLoop(macro, offset)
        let kind = macro.kind
        return { evaluation throws(Failure) in
            var error: Failure?
            var count = 0
            try loop.forEach(&evaluation) { evaluation, _ throws(Failure) in
                switch kind {
                case .existsOne: count += try loop.holds(&evaluation) ? 1 : 0
                default:
                    let truth = try truth(loop.holds, &evaluation, absorbing: &error)
                    if truth == (kind == .exists) {
                        count = 1
                        return false
                    }
                }
                return true
            }
            if kind == .existsOne { return count == 1 }
            if count == 0, let error { throw error }
            return (kind == .exists) == (count == 1)
        }
    }

    /// The macros that make a list or map.
    static func macro(_ macro: ExpressionMacro, _ offset: Int) throws(Failure) -> ExpressionStep {
        let loop = try ExpressionLoop(macro, offset)
        let transform = try macro.transform.map { node throws(Failure) in try step(of: node) }
        if macro.kind == .transformMap || macro.kind == .transformMapEntry {
            return maps(loop, transform, isEntry: macro.kind == .transformMapEntry, offset)
        }
        return { evaluation throws(Failure) in
            var values: [Value] = []
            try loop.forEach(&evaluation) { evaluation, element throws(Failure) in
                guard try loop.holds(&evaluation) else { return true }
                values.append(try transform?(&evaluation) ?? element.value)
                return true
            }
            return .list(values)
        }
    }

    private static func maps(
        _ loop: ExpressionLoop, _ transform: ExpressionStep?, isEntry: Bool, _ offset: Int
    ) -> ExpressionStep {
        { evaluation throws(Failure) in
            var map = ExpressionMapBuilder()
            try loop.forEach(&evaluation) { evaluation, element throws(Failure) in
                guard let transform, try loop.holds(&evaluation) else { return true }
                let value = try transform(&evaluation)
                try located(offset) { () throws(ExpressionProblem) in
                    if isEntry {
                        try map.addAll(of: value)
                    } else {
                        try map.add(element.key, value)
                    }
                }
                return true
            }
            return map.value
        }
    }

    static func bind(_ binding: ExpressionBinding, _ offset: Int) throws(Failure) -> ExpressionStep {
        let bound = try step(of: binding.value)
        let body = try step(of: binding.body)
        let kind = binding.kind
        return { evaluation throws(Failure) in
            try evaluation.charge(offset)
            var value = try bound(&evaluation)
            if kind != .value {
                guard let content = try content(of: value, offset) else { return value }
                value = content
            }
            evaluation.variables.append(value)
            defer { evaluation.variables.removeLast() }
            let result = try body(&evaluation)
            if kind == .flatContent { _ = try content(of: result, offset) }
            return kind == .content ? .computed(.optional(result)) : result
        }
    }
}

/// The part that all loops have in common: what they go over, the variables, and the condition.
struct ExpressionLoop: Sendable {
    typealias Failure = ExpressionLexer.Failure

    private let name: String
    private let range: ExpressionStep
    private let condition: ExpressionTest?
    private let variable: Int
    private let isPaired: Bool
    private let offset: Int

    /// What a loop meets: an index or key, and the element or the key's value. With one variable over a map, the value
    /// is the key.
    typealias Element = (key: Value, value: Value)

    init(_ macro: ExpressionMacro, _ offset: Int) throws(Failure) {
        let name = macro.kind.rawValue
        self.name = name
        range = try ExpressionCompiler.step(of: macro.range)
        condition = try macro.condition.map { node throws(Failure) in
            try ExpressionCompiler.test(of: node, for: name)
        }
        variable = macro.variable
        isPaired = macro.isPaired
        self.offset = offset
    }

    /// Whether the condition, if there is one, holds of the element that the variables show.
    func holds(_ evaluation: inout ExpressionEvaluation) throws(Failure) -> Bool { try condition?(&evaluation) ?? true }

    /// Runs `body` with the variables set to one element after the other, until it gives false.
    func forEach(
        _ evaluation: inout ExpressionEvaluation,
        _ body: (inout ExpressionEvaluation, Element) throws(Failure) -> Bool
    ) throws(Failure) {
        try evaluation.charge(offset)
        let range = try range(&evaluation)
        let count = isPaired ? 2 : 1
        for _ in 0..<count { evaluation.variables.append(.null) }
        defer { evaluation.variables.removeLast(count) }
        switch range {
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                guard try visit((.int(Int64(index)), element), &evaluation, body) else { return }
            }
        case .map(let map):
            for entry in map.entries {
                let key = Value.string(entry.key)
                guard try visit((key, isPaired ? entry.value : key), &evaluation, body) else { return }
            }
        case .computed(.map(let map)):
            for entry in map.entries {
                guard try visit((entry.key, isPaired ? entry.value : entry.key), &evaluation, body) else { return }
            }
        default: throw Failure(problem: .noOverload(name, range.typeName), offset: offset)
        }
    }

    private func visit(
        _ element: Element, _ evaluation: inout ExpressionEvaluation,
        _ body: (inout ExpressionEvaluation, Element) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        if isPaired { evaluation.variables[variable] = element.key }
        evaluation.variables[isPaired ? variable + 1 : variable] = element.value
        return try body(&evaluation, element)
    }
}

extension ExpressionMapBuilder {
    /// Adds the entries of another map.
    mutating func addAll(of value: Value) throws(ExpressionProblem) {
        switch value {
        case .map(let map): for entry in map.entries { try add(.string(entry.key), entry.value) }
        case .computed(.map(let map)): for entry in map.entries { try add(entry.key, entry.value) }
        default: throw .noOverload("transformMapEntry", value.typeName)
        }
    }
}
