/// Texts of which at least one is in whatever a regular expression (RE2's syntax) matches. It reads only what it is
/// sure of: characters that stand for themselves outside of groups.
struct RegexLiterals {
    private var rest: Substring.UnicodeScalarView
    /// The longest text of the alternative at hand, and the one that is being read.
    private var longest = ""
    private var text = ""
    private var texts: [String] = []
    private(set) var isCaseInsensitive = false

    private init(_ pattern: String) {
        rest = Substring(pattern).unicodeScalars
        if pattern.hasPrefix("(?i)") {
            isCaseInsensitive = true
            rest.removeFirst(4)
        }
    }

    /// The texts in `pattern`, one for each of its alternatives; `nil` if one of them has none.
    static func read(_ pattern: String) -> (texts: [String], isCaseInsensitive: Bool)? {
        var reader = RegexLiterals(pattern)
        while let scalar = reader.rest.popFirst() {
            guard reader.take(scalar) else { return nil }
        }
        return reader.endAlternative() ? (reader.texts, reader.isCaseInsensitive) : nil
    }

    /// Takes what begins with `scalar`; false if it is not understood.
    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "|": return endAlternative()
        case "*", "?":
            dropLast()
            return true
        case "{":
            dropLast()
            return skipCount()
        case "+", "^", "$", ".": endText()
        case "(":
            endText()
            return skipGroup()
        case "[":
            endText()
            return skipClass()
        case "\\": return takeEscape()
        default: add(scalar)
        }
        return true
    }

    /// Other than in ASCII, `k` and `s` have a third case each, and letters beyond it any number.
    private mutating func add(_ scalar: Unicode.Scalar) {
        if isCaseInsensitive, !scalar.isASCII || ["k", "K", "s", "S"].contains(scalar) { return endText() }
        text.unicodeScalars.append(scalar)
    }

    /// What stands before may not be there.
    private mutating func dropLast() {
        _ = text.unicodeScalars.popLast()
        endText()
    }

    private mutating func endText() {
        if text.utf8.count > longest.utf8.count { longest = text }
        text = ""
    }

    private mutating func endAlternative() -> Bool {
        endText()
        guard !longest.isEmpty else { return false }
        texts.append(longest)
        longest = ""
        return true
    }

    /// Behind a brace only `3}`, `3,}` and `3,4}` are understood.
    private mutating func skipCount() -> Bool {
        guard rest.first.map(Self.isDigit) == true, let end = rest.firstIndex(of: "}") else { return false }
        guard rest[..<end].allSatisfy({ Self.isDigit($0) || $0 == "," }) else { return false }
        rest = rest[rest.index(after: end)...]
        return true
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// Passes over a group with those in it; its options must end with it.
    private mutating func skipGroup() -> Bool {
        guard isPlainGroup else { return false }
        var depth = 1
        while depth > 0 {
            guard let scalar = rest.popFirst() else { return false }
            switch scalar {
            case ")": depth -= 1
            case "(":
                guard isPlainGroup else { return false }
                depth += 1
            case "[": guard skipClass() else { return false }
            case "\\": guard let escaped = rest.popFirst(), !["Q", "E"].contains(escaped) else { return false }
            default: break
            }
        }
        return true
    }

    private var isPlainGroup: Bool {
        rest.first != "?" || rest.starts(with: "?:".unicodeScalars) || rest.starts(with: "?P<".unicodeScalars)
    }

    /// Passes over a class of characters, in which a bracket right at the start stands for itself.
    private mutating func skipClass() -> Bool {
        if rest.first == "^" { rest.removeFirst() }
        if rest.first == "]" { rest.removeFirst() }
        while let scalar = rest.popFirst() {
            switch scalar {
            case "]": return true
            case "[": guard rest.first != ":" || skipNamedClass() else { return false }
            case "\\": guard rest.popFirst() != nil else { return false }
            default: break
            }
        }
        return false
    }

    private mutating func skipNamedClass() -> Bool {
        while let scalar = rest.popFirst() {
            if scalar == ":", rest.first == "]" {
                rest.removeFirst()
                return true
            }
            guard scalar == ":" || scalar == "^" || ("a"..."z").contains(scalar) else { return false }
        }
        return false
    }

    private mutating func takeEscape() -> Bool {
        guard let scalar = rest.popFirst() else { return false }
        switch scalar {
        case "d", "D", "s", "S", "w", "W", "b", "B", "A", "z", "n", "r", "t", "f", "v", "a": endText()
        case _ where scalar.isASCII && !Self.isDigit(scalar) && !scalar.properties.isAlphabetic: add(scalar)
        default: return false
        }
        return true
    }
}
