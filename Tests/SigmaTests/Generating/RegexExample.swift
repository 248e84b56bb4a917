/// A text that a regular expression matches: the first of alternatives, and the fewest of repetitions.
struct RegexExample {
    private var rest: Substring
    private static let classes: [Character: String] = [
        "s": " ", "d": "7", "w": "w", "b": "", "B": "", "S": "s", "D": "d",
    ]

    static func of(_ pattern: String) -> String {
        var example = RegexExample(rest: pattern[...])
        return example.alternatives()
    }

    private mutating func alternatives() -> String {
        let first = sequence()
        while rest.first == "|" {
            rest = rest.dropFirst()
            _ = sequence()
        }
        return first
    }

    private mutating func sequence() -> String {
        var text = ""
        while let next = rest.first, next != "|", next != ")" { text += repeated(atom()) }
        return text
    }

    private mutating func atom() -> String {
        let first = rest.removeFirst()
        switch first {
        case "(":
            if rest.hasPrefix("?") { skipFlags() }
            let inner = rest.first == ")" ? "" : alternatives()
            rest = rest.dropFirst()
            return inner
        case "[": return bracket()
        case "\\":
            let escaped = rest.removeFirst()
            return Self.classes[escaped] ?? String(escaped)
        case "^", "$": return ""
        case ".": return "y"
        default: return String(first)
        }
    }

    private mutating func skipFlags() {
        while let next = rest.first, next != ":", next != ")" { rest = rest.dropFirst() }
        if rest.first == ":" { rest = rest.dropFirst() }
    }

    private mutating func bracket() -> String {
        let isNegated = rest.first == "^"
        var content = ""
        if isNegated { rest = rest.dropFirst() }
        repeat {
            let next = rest.removeFirst()
            content +=
                next == "\\"
                ? Self.classes[rest.first ?? " "].map { _ in String(rest.removeFirst()) } ?? String(rest.removeFirst())
                : String(next)
        } while rest.first != "]"
        rest = rest.dropFirst()
        return isNegated ? "q" : String(content.prefix(1))
    }

    private mutating func repeated(_ atom: String) -> String {
        switch rest.first {
        case "*", "?":
            rest = rest.dropFirst()
            return ""
        case "+":
            rest = rest.dropFirst()
            return atom
        case "{":
            let inner = rest.dropFirst().prefix { $0 != "}" }
            guard let least = Int(inner.prefix { $0 != "," }) else { return atom }
            rest = rest.dropFirst(inner.count + 2)
            return String(repeating: atom, count: least)
        default: return atom
        }
    }
}
