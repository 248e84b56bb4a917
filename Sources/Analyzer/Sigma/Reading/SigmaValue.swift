import ExhaustCore

/// What a field, or the whole event, is compared with, once the modifiers are applied.
indirect enum SigmaValue: Hashable, Sendable {
    case text(SigmaText, isCased: Bool = false)
    case number(SigmaNumber)
    case bool(Bool)
    /// The field has no value.
    case null
    /// A regular expression, flags in front, looked for anywhere.
    case regex(LinearRegex)
    case network(SigmaNetwork)
    case compare(Comparison, SigmaNumber)
    case exists(Bool)
    /// The value of another field.
    case field(String, atStart: Bool, atEnd: Bool)
    /// One of several that a modifier made of one.
    case oneOf([SigmaValue])

    enum Comparison: Hashable, Sendable { case less, lessOrEqual, greater, greaterOrEqual }
}

/// A number of a rule.
enum SigmaNumber: Hashable, Sendable {
    case whole(Int64)
    case real(Double)

    var double: Double {
        switch self {
        case .whole(let number): Double(number)
        case .real(let number): number
        }
    }

    /// As a log has it.
    var text: String {
        switch self {
        case .whole(let number): String(number)
        case .real(let number): String(number)
        }
    }
}
