/// A function or method that expressions can call.
package struct ExpressionFunction: Sendable {
    /// The name as calls write it; a function of a library with its prefix, as `math.greatest`.
    package let name: String
    /// Whether it is called as `value.name(…)`.
    package let isMethod: Bool
    /// How many values it takes, the receiver of a method included.
    package let counts: ClosedRange<Int>
    let body: Body

    typealias Unary = @Sendable (Value, inout ExpressionMeter) throws(ExpressionProblem) -> Value
    typealias Binary = @Sendable (Value, Value, inout ExpressionMeter) throws(ExpressionProblem) -> Value
    typealias Variadic = @Sendable ([Value], inout ExpressionMeter) throws(ExpressionProblem) -> Value

    /// The code; the usual counts of arguments need no array. Every argument's own size is charged before.
    enum Body: Sendable {
        case unary(Unary)
        case binary(Binary)
        case variadic(Variadic)
        /// `or` and `orValue`, which evaluate their argument only where the receiver has no value.
        case alternative(isOptional: Bool)
        /// `matches`, whose pattern is compiled once where the text gives it.
        case pattern
    }

    /// The function called `name(…)`, or the method called `value.name(…)`.
    static func named(_ name: String, isMethod: Bool) -> ExpressionFunction? {
        isMethod ? methods[name] : globals[name]
    }

    /// The known name that is nearest to `name`.
    static func nearest(to name: String, isMethod: Bool) -> String? {
        name.utf8.count > 64 ? nil : Spelling.nearest(to: name, among: isMethod ? methods.keys : globals.keys)
    }

    /// All functions; a name is that of one function and of one method at most.
    package static let all: [ExpressionFunction] =
        CoreFunctions.table + StringFunctions.table + TextFunctions.table + MathFunctions.table + ListFunctions.table
        + TimeFunctions.table + OptionalFunctions.table + NetworkFunctions.table

    private static let globals = table(all.filter { !$0.isMethod })
    private static let methods = table(all.filter(\.isMethod))

    private static func table(_ functions: [ExpressionFunction]) -> [String: ExpressionFunction] {
        Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

// What the libraries make their tables of.
extension ExpressionFunction {
    static func global(_ name: String, _ body: @escaping Unary) -> ExpressionFunction {
        ExpressionFunction(name: name, isMethod: false, counts: 1...1, body: .unary(body))
    }

    static func global(_ name: String, _ body: @escaping Binary) -> ExpressionFunction {
        ExpressionFunction(name: name, isMethod: false, counts: 2...2, body: .binary(body))
    }

    static func global(_ name: String, _ counts: ClosedRange<Int>, _ body: @escaping Variadic) -> ExpressionFunction {
        ExpressionFunction(name: name, isMethod: false, counts: counts, body: .variadic(body))
    }

    static func method(_ name: String, _ body: @escaping Unary) -> ExpressionFunction {
        ExpressionFunction(name: name, isMethod: true, counts: 1...1, body: .unary(body))
    }

    static func method(_ name: String, _ body: @escaping Binary) -> ExpressionFunction {
        ExpressionFunction(name: name, isMethod: true, counts: 2...2, body: .binary(body))
    }

    static func method(_ name: String, _ counts: ClosedRange<Int>, _ body: @escaping Variadic) -> ExpressionFunction {
        ExpressionFunction(name: name, isMethod: true, counts: counts, body: .variadic(body))
    }

    /// `matches(text, pattern)` or `text.matches(pattern)`.
    static func pattern(isMethod: Bool) -> ExpressionFunction {
        ExpressionFunction(name: "matches", isMethod: isMethod, counts: 2...2, body: .pattern)
    }

    static func alternative(_ name: String, isOptional: Bool) -> ExpressionFunction {
        ExpressionFunction(name: name, isMethod: true, counts: 2...2, body: .alternative(isOptional: isOptional))
    }
}
