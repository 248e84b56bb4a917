/// Comparisons, `in`, and arithmetic.
extension ExpressionCompiler {
    static func comparison(
        _ operation: Node.Operator, _ left: Node, _ right: Node, _ offset: Int
    ) throws(Failure) -> ExpressionTest {
        switch operation {
        case .equal, .notEqual: return try equality(left, right, isNegated: operation == .notEqual, offset)
        case .contained: return try membership(left, right, offset)
        default:
            let left = try step(of: left)
            let right = try step(of: right)
            return { evaluation throws(Failure) in
                try evaluation.charge(offset)
                let one = try left(&evaluation)
                let other = try right(&evaluation)
                return try located(offset) { () throws(ExpressionProblem) in
                    try evaluation.meter.charge(for: one)
                    return try ExpressionComparison.ordered(operation, one, other)
                }
            }
        }
    }

    private static func equality(
        _ left: Node, _ right: Node, isNegated: Bool, _ offset: Int
    ) throws(Failure) -> ExpressionTest {
        if case .literal(.string(let text)) = right.kind { return try equals(left, text, isNegated, offset) }
        if case .literal(.string(let text)) = left.kind { return try equals(right, text, isNegated, offset) }
        let left = try step(of: left)
        let right = try step(of: right)
        return { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let one = try left(&evaluation)
            let other = try right(&evaluation)
            return try located(offset) { () throws(ExpressionProblem) in
                try ExpressionComparison.equal(one, other, &evaluation.meter) != isNegated
            }
        }
    }

    /// A value against a literal string, the most usual of all comparisons.
    private static func equals(
        _ node: Node, _ text: String, _ isNegated: Bool, _ offset: Int
    ) throws(Failure) -> ExpressionTest {
        let step = try step(of: node)
        return { evaluation throws(Failure) in
            try evaluation.charge(offset, 2)
            guard case .string(let value) = try step(&evaluation) else { return isNegated }
            return ExpressionComparison.sameBytes(value, text) != isNegated
        }
    }

    private static func membership(_ value: Node, _ container: Node, _ offset: Int) throws(Failure) -> ExpressionTest {
        let value = try step(of: value)
        if case .list(let elements)? = constant(container) {
            let set = ExpressionSet(elements)
            return { evaluation throws(Failure) in
                try evaluation.charge(offset, 2)
                let wanted = try value(&evaluation)
                return try located(offset) { () throws(ExpressionProblem) in
                    try set.contains(wanted, &evaluation.meter)
                }
            }
        }
        let container = try step(of: container)
        return { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let wanted = try value(&evaluation)
            let place = try container(&evaluation)
            return try located(offset) { () throws(ExpressionProblem) in
                try ExpressionComparison.contained(wanted, in: place, &evaluation.meter)
            }
        }
    }

    static func arithmetic(
        _ operation: Node.Operator, _ left: Node, _ right: Node, _ offset: Int
    ) throws(Failure) -> ExpressionStep {
        let left = try step(of: left)
        let right = try step(of: right)
        return { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let one = try left(&evaluation)
            let other = try right(&evaluation)
            return try located(offset) { () throws(ExpressionProblem) in
                let value = try ExpressionArithmetic.apply(operation, one, other)
                try evaluation.meter.charge(for: value)
                return value
            }
        }
    }
}
