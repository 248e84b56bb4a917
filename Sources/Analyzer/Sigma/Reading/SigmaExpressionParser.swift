import ExhaustCore

/// Reads a condition: searches with `and`, `or`, `not`, parentheses, and `1 of them`, `all of name*`.
struct SigmaExpressionParser {
    /// What is wrong with it.
    struct Failure: Error { let message: String }

    private static let depthLimit = 50
    private static let lengthLimit = 20_000

    private let tokens: [Substring]
    private let names: [String]
    private var position = 0
    private var depth = 0

    /// Parses `text`, which may name the searches `names`.
    static func parse(_ text: String, names: [String]) throws(Failure) -> SigmaExpression {
        guard text.utf8.count <= lengthLimit else {
            throw Failure(message: "longer than \(lengthLimit) bytes")
        }
        var parser = SigmaExpressionParser(tokens: try split(text), names: names)
        let expression = try parser.alternatives()
        if let rest = parser.next { throw Failure(message: "unexpected '\(rest)'") }
        return expression
    }

    private init(tokens: [Substring], names: [String]) {
        self.tokens = tokens
        self.names = names
    }

    private static func split(_ text: String) throws(Failure) -> [Substring] {
        var tokens: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest = rest.dropFirst()
            } else if first == "(" || first == ")" {
                tokens.append(rest.prefix(1))
                rest = rest.dropFirst()
            } else {
                let word = rest.prefix { $0.isLetter || $0.isNumber || "_-*".contains($0) }
                guard !word.isEmpty else { throw Failure(message: "unexpected '\(first)'") }
                tokens.append(word)
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    private var next: Substring? { position < tokens.count ? tokens[position] : nil }

    private mutating func take(_ word: Substring) -> Bool {
        guard next == word else { return false }
        position += 1
        return true
    }

    private mutating func alternatives() throws(Failure) -> SigmaExpression {
        var parts = [try conjunction()]
        while take("or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction() throws(Failure) -> SigmaExpression {
        var parts = [try operand()]
        while take("and") { parts.append(try operand()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func operand() throws(Failure) -> SigmaExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw Failure(message: "nested deeper than \(Self.depthLimit) levels") }
        if take("not") { return .not(try operand()) }
        if take("(") {
            let inner = try alternatives()
            guard take(")") else {
                throw Failure(message: next.map { "expected ')', found '\($0)'" } ?? "')' is missing")
            }
            return inner
        }
        guard let word = next, !["and", "or", ")"].contains(word) else {
            throw Failure(message: next.map { "unexpected '\($0)'" } ?? "something is missing at the end")
        }
        position += 1
        if take("of") { return try selector(word) }
        return try search(String(word))
    }

    private func search(_ name: String) throws(Failure) -> SigmaExpression {
        guard names.contains(name) else {
            let near = Spelling.nearest(to: name, among: names).map { ", did you mean '\($0)'?" } ?? ""
            throw Failure(message: "there is no search '\(name)'\(near)")
        }
        return .search(name)
    }

    private mutating func selector(_ quantity: Substring) throws(Failure) -> SigmaExpression {
        guard let pattern = next, pattern != "(", pattern != ")" else {
            throw Failure(message: "'\(quantity) of' what?")
        }
        position += 1
        // Names that begin with _ are only meant by patterns that do too.
        let meant = names.filter { name in
            let isInner = name.hasPrefix("_") && !pattern.hasPrefix("_")
            return !isInner && (pattern == "them" || Self.matches(name[...], pattern))
        }
        guard !meant.isEmpty else { throw Failure(message: "no search is named '\(pattern)'") }
        switch quantity {
        case "all": return .count(meant.count, of: meant)
        case "any": return .count(1, of: meant)
        default:
            guard let count = Int(quantity), count >= 1 else {
                throw Failure(message: "expected a number, any or all before 'of', found '\(quantity)'")
            }
            guard count <= meant.count else {
                throw Failure(message: "'\(quantity) of \(pattern)' cannot hold; it means \(meant.count)")
            }
            return .count(count, of: meant)
        }
    }

    private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return name == pattern }
        guard name.hasPrefix(pieces[0]), let last = pieces.last else { return false }
        var rest = name.dropFirst(pieces[0].count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let range = rest.firstRange(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
