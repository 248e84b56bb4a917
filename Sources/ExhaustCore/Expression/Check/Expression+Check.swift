extension Expression {
    /// Checks the types of all parts, where names have the types of `names`, and that the value can be of one of
    /// `types`, if there are any; `user` says what wants it. Gives the value's type. Throws for the first part that can
    /// only be wrong.
    @discardableResult
    package func check(
        _ names: [String: ExpressionType], for user: String = "", among types: [ExpressionType] = []
    ) throws(ExpressionError) -> ExpressionType {
        var checker = TypeChecker(names)
        do throws(TypeChecker.Failure) {
            return try checker.type(of: root, for: user, among: types)
        } catch {
            throw ExpressionError(error.problem, offset: error.offset, source: source)
        }
    }
}

extension Template {
    /// Checks the types of all parts of its expressions, as `Expression.check` does.
    package func check(_ names: [String: ExpressionType]) throws(ExpressionError) {
        for expression in expressions { try expression.check(names) }
    }
}

extension ValueTemplate {
    /// Checks the types of all parts of its expressions, as `Expression.check` does.
    package func check(_ names: [String: ExpressionType]) throws(ExpressionError) {
        switch self {
        case .constant: break
        case .template(let template): try template.check(names)
        case .list(let elements): for element in elements { try element.check(names) }
        case .map(let entries): for entry in entries { try entry.value.check(names) }
        }
    }
}
