/// `!`, `&&`, `||` and `? :`.
extension ExpressionCompiler {
    static func not(_ operand: Node, _ offset: Int) throws(Failure) -> ExpressionTest {
        let step = try step(of: operand)
        return { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let value = try step(&evaluation)
            guard case .bool(let flag) = value else {
                throw Failure(problem: .noOverload("'!'", value.typeName), offset: offset)
            }
            return !flag
        }
    }

    /// An operand's code; in an array of its own type rather than of functions, which would each need a thunk.
    private struct Operand: Sendable {
        let test: ExpressionTest
    }

    /// `&&` and `||`: one operand that decides outweighs errors in the others, before or behind it.
    static func logic(
        _ operands: [Node], decisive: Bool, _ name: String, _ offset: Int
    ) throws(Failure) -> ExpressionTest {
        var tests: [Operand] = []
        for operand in operands { tests.append(Operand(test: try test(of: operand, for: name))) }
        return { [tests] evaluation throws(Failure) in
            try evaluation.charge(offset)
            var error: Failure?
            for operand in tests where try truth(operand.test, &evaluation, absorbing: &error) == decisive {
                return decisive
            }
            if let error { throw error }
            return !decisive
        }
    }

    /// What `test` says; `nil` if it fails, in which case the first such error is kept.
    static func truth(
        _ test: ExpressionTest, _ evaluation: inout ExpressionEvaluation, absorbing error: inout Failure?
    ) throws(Failure) -> Bool? {
        do {
            return try test(&evaluation)
        } catch let failure {
            if case .costExceeded = failure.problem { throw failure }
            if error == nil { error = failure }
            return nil
        }
    }

    static func conditional(
        _ condition: Node, _ first: Node, _ second: Node, _ offset: Int
    ) throws(Failure) -> ExpressionStep {
        let condition = try step(of: condition)
        let first = try step(of: first)
        let second = try step(of: second)
        return { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let value = try condition(&evaluation)
            guard case .bool(let flag) = value else {
                throw Failure(problem: .noOverload("'?:'", value.typeName), offset: offset)
            }
            return flag ? try first(&evaluation) : try second(&evaluation)
        }
    }
}
