import ExhaustCore

@testable import Analyzer

/// Conditions at random, as text: most have a value on most events, some fail on all.
struct ExpressionMaker {
    var maker: LiteralMaker
    /// Whether `item` is bound.
    let hasItem: Bool

    mutating func condition(depth: Int = 3) -> String {
        guard depth > 0, maker.pick([true, true, false]) else { return test() }
        let (one, two) = (condition(depth: depth - 1), condition(depth: depth - 1))
        return maker.pick([
            "(\(one) && \(two))", "(\(one) || \(two))", "(\(one) || \(two) || \(condition(depth: depth - 1)))",
            "!(\(one))",
            "(\(one) ? \(two) : \(condition(depth: depth - 1)))",
            "(\(one) && \(two) && \(condition(depth: depth - 1)))",
        ])
    }

    private mutating func field() -> String {
        let base = hasItem && maker.pick([true, false]) ? "item" : "data"
        return maker.pick(["\(base).x", "\(base)[\"y\"]", "\(base)[\"long.name\"]", "\(base).?x.orValue(\"ab\")"])
    }

    private mutating func literal() -> String {
        maker.pick([
            "\"\(maker.text(upTo: 3))\"", "\"\(maker.text(upTo: 2))\"", "4", "4.0", "4.5", "true", "null", "4u",
        ])
    }

    private mutating func subject() -> String {
        let field = field()
        return maker.pick([field, field, "\(field).lowerAscii()", "\(field).upperAscii()", "string(\(field))"])
    }

    private mutating func test() -> String {
        let (subject, text) = (subject(), maker.text(upTo: 3))
        switch Int.random(in: 0..<12, using: &maker.random) {
        case 0: return "\(subject) == \(literal())"
        case 1: return "\(literal()) == \(subject)"
        case 2: return "\(subject) in [\(literal()), \(literal())]"
        case 3: return "\"\(text)\" in \(field())"
        case 4: return "\(subject).contains(\"\(text)\")"
        case 5: return "\(subject).startsWith(\"\(text)\")"
        case 6: return "\(subject).endsWith(\"\(text)\")"
        case 7: return "\(subject).matches(\"\(pattern())\")"
        case 8: return maker.pick(["has(data.x)", "\"y\" in data", "true", "false", "data.x > 3", "size(data.x) > 2"])
        case 9: return "\(subject) != \(literal())"
        case 10: return maker.pick(["data.items.exists(i, i.x == \(literal()))", "[data.x].all(v, v == \(literal()))"])
        default: return maker.pick(["\(field()) in []", "\(field())", "cel.bind(v, \(field()), v == \(literal()))"])
        }
    }

    private mutating func pattern() -> String {
        let parts = (0..<Int.random(in: 1...4, using: &maker.random)).map { _ in
            maker.pick([
                maker.text(upTo: 2), "a", "k", "a*", "b+", "[ab]", "(a|b)", "(?:ab)?", ".", "1?", "a{1,2}", "\\\\w",
                "|", "^", "/",
                "[^]a]",
            ])
        }
        return maker.pick(["", "", "(?i)"]) + parts.joined()
    }
}
