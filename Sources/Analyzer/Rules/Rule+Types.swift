import ExhaustCore

/// The types in a rule's expressions, by what its streams hold.
extension Rule {
    /// The first part of an expression that can only be wrong, and the keys that lead to the expression. `data` tells
    /// what the events of a stream hold.
    func typeProblem(_ data: (EventType) -> ExpressionType) -> (path: [String], failure: ExpressionError)? {
        for expression in expressions {
            for stream in expression.streams {
                do {
                    var names = EventBindings.types(data: data(stream))
                    for extra in expression.extras { names[extra] = try type(of: extra, in: names) }
                    try expression.check(names)
                } catch {
                    return (expression.path, error)
                }
            }
        }
        return nil
    }

    /// The type of a name that rules add to those of the event.
    private func type(
        of extra: String, in names: [String: ExpressionType]
    ) throws(ExpressionError) -> ExpressionType {
        switch extra {
        case "item":
            if case .list(let element)? = try each?.check(names) { return element }
            return .dyn
        case "fact": if case .correlate = detector { return names["data"] ?? .dyn } else { return .openFact }
        case "value": return .double
        default: return .dyn
        }
    }
}

extension RuleExpression {
    /// Checks it where names have the types of `names`.
    fileprivate func check(_ names: [String: ExpressionType]) throws(ExpressionError) {
        switch content {
        case .condition(let condition):
            // Others than expressions know fields of their own.
            try (condition as? Expression)?.check(names, for: "a condition", among: [.bool])
        case .value(let expression):
            switch path.suffix(2) {
            case ["each"]: try expression.check(names, for: "'each'", among: [.list(.dyn)])
            case ["threshold", "value"], ["rate", "of"]:
                try expression.check(names, for: "'\(path.last ?? "")'", among: [.int, .uint, .double])
            default: try expression.check(names)
            }
        case .text(let template): try template.check(names)
        }
    }
}

extension ExpressionType {
    /// `fact` in the expressions of rules, as `OpenFact.binding` makes it.
    fileprivate static let openFact = ExpressionType.record(
        RecordType(
            "fact",
            [
                "name": .string, "key": .string, "keys": .list(.dyn), "host": .string, "subject": .string,
                "severity": .string, "value": .nullable(.double), "first": .timestamp, "last": .timestamp,
            ]))
}
