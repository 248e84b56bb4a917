import ExhaustCore

/// What the value of a field is compared with.
indirect enum SigmaTest: Sendable {
    case text(SigmaPattern)
    case number(SigmaNumber)
    case bool(Bool)
    case null
    case regex(LinearRegex)
    case network(SigmaNetwork)
    case compare(SigmaValue.Comparison, Double)
    case exists(Bool)
    case field(SigmaSource, atStart: Bool, atEnd: Bool)
    case oneOf([SigmaTest])

    /// Whether `value` fits; an absent one only fits what asks for that.
    func holds(_ value: Value?, in scope: SigmaScope) -> Bool {
        switch self {
        case .null: value == nil || value == .null
        case .exists(let flag): (value != nil) == flag
        case .oneOf(let tests): tests.contains { $0.holds(value, in: scope) }
        default: value.map { holds($0, in: scope) } ?? false
        }
    }

    private func holds(_ value: Value, in scope: SigmaScope) -> Bool {
        switch self {
        case .text(let pattern): Self.text(value).map(pattern.matches) ?? false
        case .number(let number): Self.text(value) == number.text || value.number == number.double
        case .bool(let flag): value == .bool(flag) || Self.text(value)?.lowercased() == (flag ? "true" : "false")
        case .regex(let regex): Self.text(value).map { regex.matches($0) } ?? false
        case .network(let network): value.string.map(network.contains) ?? false
        case .compare(let comparison, let limit):
            (value.number ?? value.string.flatMap(Double.init)).map {
                Self.compare($0, comparison, limit)
            } ?? false
        case .field(let source, let atStart, let atEnd):
            Self.compare(value, scope.value(of: source), atStart: atStart, atEnd: atEnd)
        case .null, .exists, .oneOf: false
        }
    }

    /// A value as a log would have it; `nil` for what has parts.
    private static func text(_ value: Value) -> String? {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    private static func compare(_ number: Double, _ comparison: SigmaValue.Comparison, _ limit: Double) -> Bool {
        switch comparison {
        case .less: number < limit
        case .lessOrEqual: number <= limit
        case .greater: number > limit
        case .greaterOrEqual: number >= limit
        }
    }

    private static func compare(_ left: Value, _ right: Value?, atStart: Bool, atEnd: Bool) -> Bool {
        guard let left = text(left), let right = right.flatMap(text) else { return false }
        let parts = (atEnd ? [.many] : []) + [SigmaText.Part.literal(right)] + (atStart ? [.many] : [])
        return SigmaPattern(SigmaText(parts: parts), isCased: false).matches(left)
    }
}
