/// Turns the tree of an expression into code. Which form of a node fits is decided here, once; the code that runs for
/// each event neither looks at the tree nor, for comparisons and searches, allocates anything.
enum ExpressionCompiler {
    typealias Failure = ExpressionLexer.Failure
    typealias Node = ExpressionNode

    /// The code of a whole expression, for its value and for whether it is true. What the text has is compiled once.
    static func code(of root: Node) throws(Failure) -> (step: ExpressionStep, test: ExpressionTest) {
        let name = "a condition"
        if root.isTest {
            let test = try test(of: root, for: name)
            return (value(of: test), test)
        }
        let step = try step(of: root)
        return (step, truth(of: step, name, root.offset))
    }

    private static func value(of test: @escaping ExpressionTest) -> ExpressionStep {
        { evaluation throws(Failure) in .bool(try test(&evaluation)) }
    }

    private static func truth(of step: @escaping ExpressionStep, _ name: String, _ offset: Int) -> ExpressionTest {
        { evaluation throws(Failure) in
            let value = try step(&evaluation)
            guard case .bool(let flag) = value else {
                throw Failure(problem: .noOverload(name, value.typeName), offset: offset)
            }
            return flag
        }
    }

    /// The code that gives the value of `node`.
    static func step(of node: Node) throws(Failure) -> ExpressionStep {
        let offset = node.offset
        if let value = constant(node) {
            return { evaluation throws(Failure) in
                try evaluation.charge(offset)
                return value
            }
        }
        switch node.kind {
        case .literal: throw Failure(problem: .syntax("not a constant"), offset: offset)
        case .name(let name): return self.name(name, offset)
        case .variable(let slot):
            return { evaluation throws(Failure) in
                try evaluation.charge(offset)
                return evaluation.variables[slot]
            }
        case .select(let base, let field, let isOptional):
            let access = ExpressionAccess(field: field, isOptional: isOptional)
            return try self.access(access, base, .string(field), node)
        case .index(let base, let index, let isOptional):
            return try self.index(ExpressionAccess(field: nil, isOptional: isOptional), base, index, node)
        case .list(let elements): return try list(elements, offset)
        case .map(let entries): return try map(entries, offset)
        case .negate(let operand):
            let operand = try step(of: operand)
            return { evaluation throws(Failure) in
                try evaluation.charge(offset)
                let value = try operand(&evaluation)
                return try located(offset) { () throws(ExpressionProblem) in try ExpressionArithmetic.negate(value) }
            }
        case .conditional(let condition, let first, let second):
            return try conditional(condition, first, second, offset)
        case .binary(let operation, let left, let right) where operation.isArithmetic:
            return try arithmetic(operation, left, right, offset)
        case .call(let function, let arguments): return try call(function, arguments, offset)
        case .unknownCall(let name):
            return { _ throws(Failure) in
                throw Failure(problem: .unknownFunction(name, nearest: nil), offset: offset)
            }
        case .macro(let macro) where macro.kind.makesValues: return try self.macro(macro, offset)
        case .bind(let binding): return try bind(binding, offset)
        case .not, .and, .or, .binary, .has, .macro: return value(of: try test(of: node, for: ""))
        }
    }

    /// The code that tells whether `node` is true; `name` is what wants to know, for the error if it is no truth value.
    static func test(of node: Node, for name: String) throws(Failure) -> ExpressionTest {
        let offset = node.offset
        switch node.kind {
        case .not(let operand): return try not(operand, offset)
        case .and(let operands): return try logic(operands, decisive: false, "'&&'", offset)
        case .or(let operands): return try logic(operands, decisive: true, "'||'", offset)
        case .has(let base, let field): return try has(base, field, offset)
        case .binary(let operation, let left, let right) where !operation.isArithmetic:
            return try comparison(operation, left, right, offset)
        case .macro(let macro) where !macro.kind.makesValues: return try search(macro, offset)
        default: return truth(of: try step(of: node), name, offset)
        }
    }

    /// The value of a node that has the same one every time: a literal, a list of such, a time or address from text.
    static func constant(_ node: Node) -> Value? {
        switch node.kind {
        case .literal(let value): return value
        case .list(let elements):
            var values: [Value] = []
            for element in elements {
                guard !element.isOptional, let value = constant(element.value) else { return nil }
                values.append(value)
            }
            return .list(values)
        case .call(let function, let arguments):
            guard case .unary(let body) = function.body, Self.constructors.contains(function.name),
                let argument = arguments.first, let value = constant(argument)
            else { return nil }
            var meter = ExpressionMeter()
            // A text that is no time is an error where it is reached, which may be never.
            return try? body(value, &meter)
        default: return nil
        }
    }

    private static let constructors: Set<String> = ["timestamp", "duration", "ip", "cidr"]

    private static func name(_ name: String, _ offset: Int) -> ExpressionStep {
        let field = EventBindings.Field(rawValue: name)
        let type = ExpressionTypes.named(name)
        return { evaluation throws(Failure) in
            try evaluation.charge(offset)
            if let field, let event = evaluation.event { return event.value(of: field) }
            guard let value = evaluation.bindings.value(of: name) ?? type else {
                throw Failure(problem: .unknownName(name), offset: offset)
            }
            return value
        }
    }
}

extension ExpressionNode.Operator {
    /// Whether it makes a value rather than a comparison.
    var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .modulo: true
        default: false
        }
    }
}

extension ExpressionNode {
    /// Whether the code for it is a test, from which its value is made.
    fileprivate var isTest: Bool {
        switch kind {
        case .not, .and, .or, .has: true
        case .binary(let operation, _, _): !operation.isArithmetic
        case .macro(let macro): !macro.kind.makesValues
        default: false
        }
    }
}

extension ExpressionMacro.Kind {
    /// Whether it makes a list or map rather than a truth value.
    var makesValues: Bool {
        switch self {
        case .all, .exists, .existsOne: false
        case .map, .filter, .transformList, .transformMap, .transformMapEntry: true
        }
    }
}
