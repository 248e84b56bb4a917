/// `matches`: whether a regular expression is found in a text.
enum ExpressionPattern {
    /// Steps for compiling a pattern, and for each byte of it.
    private static let compiling = (once: 1000, byte: 10)

    /// With a pattern that is known only now, and compiled for this one use.
    static let matches: ExpressionFunction.Binary = { value, pattern, meter throws(ExpressionProblem) in
        guard case .string(let pattern) = pattern else {
            throw .noOverload("matches", value.typeName, pattern.typeName)
        }
        try meter.charge(compiling.once + compiling.byte * pattern.utf8.count)
        let regex: LinearRegex
        do throws(RegexError) { regex = try LinearRegex(pattern) } catch { throw .outOfRange(error.description) }
        return try matches(value, regex, &meter)
    }

    static func matches(
        _ value: Value, _ regex: LinearRegex, _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> Value {
        guard case .string(let text) = value else { throw .noOverload("matches", value.typeName, "string") }
        try meter.charge(text.utf8.count / 4)
        return .bool(regex.matches(text))
    }
}
