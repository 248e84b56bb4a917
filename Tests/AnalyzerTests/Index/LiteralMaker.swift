import ExhaustCore

@testable import Analyzer

/// Literals and data at random. Texts are of few letters, so that literals overlap, nest and hit.
struct LiteralMaker {
    var random: SeededGenerator

    static let keys = ["x", "y", "long.name"]

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: choices.indices, using: &random)] }

    mutating func text(upTo length: Int) -> String {
        let letters: [Character] = ["a", "b", "A", "B", "é", "/", "1", "k", "\u{212a}"]
        return String((0..<Int.random(in: 0...length, using: &random)).map { _ in pick(letters) })
    }

    mutating func literal() -> Literal {
        Literal(
            pick([.equals, .prefix, .suffix, .contains]), pick([text(upTo: 6), text(upTo: 2), "4", "4.5", "true"]),
            in: pick(Self.keys), of: pick([nil, nil, "items"]), isCaseInsensitive: pick([true, false]))
    }

    mutating func scalar() -> Value {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: .int(4)
        case 1: .double(4)
        case 2: .double(4.5)
        case 3: .bool(true)
        case 4: .null
        default: .string(text(upTo: 12))
        }
    }

    mutating func value() -> Value {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .list((0..<3).map { _ in scalar() })
        case 1: .map(ValueMap([(text(upTo: 5), scalar()), ("a", 1)]))
        default: scalar()
        }
    }

    mutating func map() -> ValueMap {
        var map = ValueMap()
        for key in Self.keys + ["other"] where Bool.random(using: &random) { map[key] = value() }
        return map
    }

    mutating func data() -> ValueMap {
        var data = map()
        if Bool.random(using: &random) { data["items"] = .list([.map(map()), .map(map()), scalar()]) }
        return data
    }
}
