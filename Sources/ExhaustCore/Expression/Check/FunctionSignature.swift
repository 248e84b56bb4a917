/// What a function takes and gives: one of its overloads.
struct FunctionSignature: Sendable, Hashable {
    /// For each value, the types that it may have; the receiver of a method is the first.
    let parameters: [[ExpressionType]]
    /// Whether the last parameter stands for any number of values.
    let isVariadic: Bool
    let result: ExpressionType

    /// The parameters of a call with `count` values; `nil` if it takes another number.
    func parameters(for count: Int) -> [[ExpressionType]]? {
        guard isVariadic, let last = parameters.last else { return count == parameters.count ? parameters : nil }
        let fixed = parameters.dropLast()
        guard count > fixed.count else { return nil }
        return fixed + Array(repeating: last, count: count - fixed.count)
    }

    /// Reads the overloads of one function: `string, int | uint -> string; list(A)... -> A`, where `()` is no parameter
    /// and `|` stands between types that one may have. `nil` if they are not written so.
    static func overloads(_ text: String) -> [FunctionSignature]? {
        var notation = TypeNotation(text)
        var overloads: [FunctionSignature] = []
        repeat {
            var parameters: [[ExpressionType]] = []
            var isVariadic = false
            if !notation.take("()") {
                repeat {
                    var alternatives: [ExpressionType] = []
                    repeat {
                        guard let type = notation.type() else { return nil }
                        alternatives += type == .named("number") ? [.int, .uint, .double] : [type]
                    } while notation.take("|")
                    parameters.append(alternatives)
                    isVariadic = notation.take("...")
                } while notation.take(",")
            }
            guard notation.take("->"), let result = notation.type() else { return nil }
            overloads.append(FunctionSignature(parameters: parameters, isVariadic: isVariadic, result: result))
        } while notation.take(";")
        return notation.isAtEnd ? overloads : nil
    }
}
