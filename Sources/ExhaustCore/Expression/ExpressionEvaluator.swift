/// One evaluation of an expression: its bindings, the values of macro variables, and the steps taken.
struct ExpressionEvaluator {
    typealias Failure = ExpressionLexer.Failure

    /// Steps that one evaluation may take: a node each, and one for every 16 bytes or elements that are copied.
    static let costLimit = 1_000_000

    private let bindings: any Bindings
    private var variables: [Value] = []
    private var cost = 0

    init(_ bindings: any Bindings) { self.bindings = bindings }

    mutating func evaluate(_ node: ExpressionNode) throws(Failure) -> Value {
        try charge(1, node)
        switch node.kind {
        case .literal(let value): return value
        case .name(let name):
            guard let value = bindings.value(of: name) else { throw failure(.unknownName(name), node) }
            return value
        case .variable(let slot): return variables[slot]
        case .select(let base, let field): return try select(field, of: base, node)
        case .has(let base, let field): return .bool(try entries(of: base, field, node)[field] != nil)
        case .index(let base, let index): return try self.index(base, index, node)
        case .list(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try evaluate(element)) }
            return .list(values)
        case .map(let entries): return try map(entries)
        case .not(let operand):
            let value = try evaluate(operand)
            guard case .bool(let flag) = value else { throw failure(.noOverload("'!'", value.typeName), node) }
            return .bool(!flag)
        case .negate(let operand):
            let value = try evaluate(operand)
            return try located(node) { () throws(ExpressionProblem) in try ExpressionArithmetic.negate(value) }
        case .and(let operands): return try logic(operands, decisive: false, "'&&'")
        case .or(let operands): return try logic(operands, decisive: true, "'||'")
        case .conditional(let condition, let first, let second):
            let value = try evaluate(condition)
            guard case .bool(let flag) = value else { throw failure(.noOverload("'?:'", value.typeName), node) }
            return try evaluate(flag ? first : second)
        case .binary(let operation, let left, let right): return try binary(operation, left, right, node)
        case .call(let function, let arguments): return try call(function, arguments, node)
        case .macro(let macro): return try self.macro(macro, node)
        }
    }

    /// Counts steps; the limit ends the evaluation whatever surrounds it.
    private mutating func charge(_ steps: Int, _ node: ExpressionNode) throws(Failure) {
        cost += steps
        guard cost <= Self.costLimit else { throw failure(.costExceeded(limit: Self.costLimit), node) }
    }

    /// Counts the steps for handling all of a value's content.
    private mutating func charge(for value: Value, _ node: ExpressionNode) throws(Failure) {
        switch value {
        case .string(let text): try charge(text.utf8.count / 16, node)
        case .bytes(let bytes): try charge(bytes.count / 16, node)
        case .list(let elements): try charge(elements.count / 16, node)
        default: break
        }
    }

    private func failure(_ problem: ExpressionProblem, _ node: ExpressionNode) -> Failure {
        Failure(problem: problem, offset: node.offset)
    }

    private func located(
        _ node: ExpressionNode, _ body: () throws(ExpressionProblem) -> Value
    ) throws(Failure) -> Value {
        do {
            return try body()
        } catch {
            throw failure(error, node)
        }
    }
}

// Access to fields and elements.
extension ExpressionEvaluator {
    private mutating func entries(
        of base: ExpressionNode, _ field: String, _ node: ExpressionNode
    ) throws(Failure) -> ValueMap {
        let value = try evaluate(base)
        guard case .map(let entries) = value else {
            throw failure(.noOverload("'.\(field)'", value.typeName), node)
        }
        return entries
    }

    private mutating func select(
        _ field: String, of base: ExpressionNode, _ node: ExpressionNode
    ) throws(Failure) -> Value {
        guard let value = try entries(of: base, field, node)[field] else { throw failure(.noSuchField(field), node) }
        return value
    }

    private mutating func index(
        _ base: ExpressionNode, _ index: ExpressionNode, _ node: ExpressionNode
    ) throws(Failure) -> Value {
        let base = try evaluate(base)
        let index = try evaluate(index)
        switch (base, index) {
        case (.map(let entries), .string(let key)):
            guard let value = entries[key] else { throw failure(.noSuchKey(index), node) }
            return value
        case (.map, _): throw failure(.noSuchKey(index), node)
        case (.list(let elements), _):
            guard let position = Self.position(index), elements.indices.contains(position) else {
                throw failure(.indexOutOfRange(index), node)
            }
            return elements[position]
        default: throw failure(.noOverload("'[]'", base.typeName, index.typeName), node)
        }
    }

    /// A number of any type that is whole, as a position.
    private static func position(_ index: Value) -> Int? {
        switch index {
        case .int(let number): Int(exactly: number)
        case .uint(let number): Int(exactly: number)
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }

    private mutating func map(_ entries: [ExpressionNode.Entry]) throws(Failure) -> Value {
        var map = ValueMap()
        for entry in entries {
            let key = try evaluate(entry.key)
            guard case .string(let name) = key else {
                throw failure(.noOverload("a map's key", key.typeName), entry.key)
            }
            guard map[name] == nil else { throw failure(.duplicateKey(name), entry.key) }
            map[name] = try evaluate(entry.value)
        }
        return .map(map)
    }
}

// Operators, calls and macros.
extension ExpressionEvaluator {
    /// `&&` and `||`: one operand that decides outweighs errors in the others, before or behind it.
    private mutating func logic(
        _ operands: [ExpressionNode], decisive: Bool, _ name: String
    ) throws(Failure) -> Value {
        var error: Failure?
        for operand in operands where try truth(of: operand, name, absorbing: &error) == decisive {
            return .bool(decisive)
        }
        if let error { throw error }
        return .bool(!decisive)
    }

    /// The truth value of `node`; `nil` if it has none, in which case the first such error is kept.
    private mutating func truth(
        of node: ExpressionNode, _ name: String, absorbing error: inout Failure?
    ) throws(Failure) -> Bool? {
        do {
            return try truth(of: node, name)
        } catch let failure {
            if case .costExceeded = failure.problem { throw failure }
            if error == nil { error = failure }
            return nil
        }
    }

    private mutating func truth(of node: ExpressionNode, _ name: String) throws(Failure) -> Bool {
        let value = try evaluate(node)
        guard case .bool(let flag) = value else { throw failure(.noOverload(name, value.typeName), node) }
        return flag
    }

    private mutating func binary(
        _ operation: ExpressionNode.Operator, _ left: ExpressionNode, _ right: ExpressionNode, _ node: ExpressionNode
    ) throws(Failure) -> Value {
        let left = try evaluate(left)
        let right = try evaluate(right)
        switch operation {
        case .equal: return .bool(ExpressionComparison.equal(left, right))
        case .notEqual: return .bool(!ExpressionComparison.equal(left, right))
        case .contained: return try contained(left, in: right, node)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return try located(node) { () throws(ExpressionProblem) in
                .bool(try ExpressionComparison.ordered(operation, left, right))
            }
        case .add, .subtract, .multiply, .divide, .modulo:
            let value = try located(node) { () throws(ExpressionProblem) in
                try ExpressionArithmetic.apply(operation, left, right)
            }
            try charge(for: value, node)
            return value
        }
    }

    private mutating func contained(
        _ value: Value, in container: Value, _ node: ExpressionNode
    ) throws(Failure) -> Value {
        switch container {
        case .list(let elements):
            try charge(elements.count, node)
            return .bool(elements.contains { ExpressionComparison.equal($0, value) })
        case .map(let entries):
            guard case .string(let key) = value else { return .bool(false) }
            return .bool(entries[key] != nil)
        default: throw failure(.noOverload("'in'", value.typeName, container.typeName), node)
        }
    }

    private mutating func call(
        _ function: ExpressionFunction, _ arguments: [ExpressionNode], _ node: ExpressionNode
    ) throws(Failure) -> Value {
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments {
            let value = try evaluate(argument)
            try charge(for: value, node)
            values.append(value)
        }
        return try located(node) { () throws(ExpressionProblem) in try function.body(values) }
    }

    private mutating func macro(_ macro: ExpressionMacro, _ node: ExpressionNode) throws(Failure) -> Value {
        let range = try evaluate(macro.range)
        let elements: [Value]
        switch range {
        case .list(let list): elements = list
        case .map(let map): elements = map.entries.map { .string($0.key) }
        default: throw failure(.noOverload(macro.kind.rawValue, range.typeName), node)
        }
        variables.append(.null)
        defer { variables.removeLast() }
        switch macro.kind {
        case .all: return try search(elements, macro, for: false)
        case .exists: return try search(elements, macro, for: true)
        case .existsOne: return .bool(try selected(elements, macro).count == 1)
        case .filter: return .list(try selected(elements, macro))
        case .map:
            var results: [Value] = []
            for element in try selected(elements, macro) {
                variables[macro.variable] = element
                if let transform = macro.transform { results.append(try evaluate(transform)) }
            }
            return .list(results)
        }
    }

    /// `all` and `exists`, which absorb errors as `&&` and `||` do.
    private mutating func search(
        _ elements: [Value], _ macro: ExpressionMacro, for decisive: Bool
    ) throws(Failure) -> Value {
        guard let condition = macro.condition else { return .bool(!decisive) }
        var error: Failure?
        for element in elements {
            variables[macro.variable] = element
            if try truth(of: condition, macro.kind.rawValue, absorbing: &error) == decisive { return .bool(decisive) }
        }
        if let error { throw error }
        return .bool(!decisive)
    }

    /// The elements of which the condition holds.
    private mutating func selected(_ elements: [Value], _ macro: ExpressionMacro) throws(Failure) -> [Value] {
        guard let condition = macro.condition else { return elements }
        var selected: [Value] = []
        for element in elements {
            variables[macro.variable] = element
            if try truth(of: condition, macro.kind.rawValue) { selected.append(element) }
        }
        return selected
    }
}
