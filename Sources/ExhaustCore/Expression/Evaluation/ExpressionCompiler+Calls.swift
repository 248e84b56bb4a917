/// Calls of functions and methods.
extension ExpressionCompiler {
    static func call(
        _ function: ExpressionFunction, _ arguments: [Node], _ offset: Int
    ) throws(Failure) -> ExpressionStep {
        var steps: [ExpressionStep] = []
        for argument in arguments { steps.append(try step(of: argument)) }
        switch function.body {
        case .unary(let body): return unary(body, steps[0], offset)
        case .binary(let body): return binary(body, steps[0], steps[1], offset)
        case .variadic(let body): return variadic(body, steps, offset)
        case .alternative(let isOptional):
            return alternative(function.name, steps[0], steps[1], isOptional: isOptional, offset)
        case .pattern:
            guard case .string(let pattern)? = constant(arguments[1]) else {
                return binary(ExpressionPattern.matches, steps[0], steps[1], offset)
            }
            do throws(RegexError) {
                let regex = try LinearRegex(pattern)
                let body: ExpressionFunction.Unary = { value, meter throws(ExpressionProblem) in
                    try ExpressionPattern.matches(value, regex, &meter)
                }
                return unary(body, steps[0], offset)
            } catch {
                throw Failure(problem: .syntax(error.description), offset: arguments[1].offset)
            }
        }
    }

    private static func unary(
        _ body: @escaping ExpressionFunction.Unary, _ argument: @escaping ExpressionStep, _ offset: Int
    ) -> ExpressionStep {
        { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let value = try argument(&evaluation)
            return try located(offset) { () throws(ExpressionProblem) in
                try evaluation.meter.charge(for: value)
                return try body(value, &evaluation.meter)
            }
        }
    }

    private static func binary(
        _ body: @escaping ExpressionFunction.Binary, _ first: @escaping ExpressionStep,
        _ second: @escaping ExpressionStep, _ offset: Int
    ) -> ExpressionStep {
        { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let one = try first(&evaluation)
            let other = try second(&evaluation)
            return try located(offset) { () throws(ExpressionProblem) in
                try evaluation.meter.charge(for: one)
                try evaluation.meter.charge(for: other)
                return try body(one, other, &evaluation.meter)
            }
        }
    }

    private static func variadic(
        _ body: @escaping ExpressionFunction.Variadic, _ arguments: [ExpressionStep], _ offset: Int
    ) -> ExpressionStep {
        { evaluation throws(Failure) in
            try evaluation.charge(offset)
            var values: [Value] = []
            values.reserveCapacity(arguments.count)
            for argument in arguments { values.append(try argument(&evaluation)) }
            return try located(offset) { () throws(ExpressionProblem) in
                for value in values { try evaluation.meter.charge(for: value) }
                return try body(values, &evaluation.meter)
            }
        }
    }

    private static func alternative(
        _ name: String, _ first: @escaping ExpressionStep, _ second: @escaping ExpressionStep, isOptional: Bool,
        _ offset: Int
    ) -> ExpressionStep {
        { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let value = try first(&evaluation)
            guard case .computed(.optional(let content)) = value else {
                throw Failure(problem: .noOverload(name, value.typeName), offset: offset)
            }
            if let content { return isOptional ? value : content }
            let other = try second(&evaluation)
            if case .computed(.optional) = other { return other }
            if !isOptional { return other }
            throw Failure(problem: .noOverload(name, value.typeName, other.typeName), offset: offset)
        }
    }
}
