/// A value of a Sigma rule with its wildcards: `*` stands for anything, `?` for one character, and `\` takes their
/// meaning from these and from itself. Before anything else it is an ordinary backslash, as paths of Windows have it.
struct SigmaText: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case literal(String)
        /// Any characters, or none.
        case many
        /// One character.
        case one
    }

    private(set) var parts: [Part]

    init(parts: [Part]) { self.parts = parts }

    /// The value as a rule has it.
    init(_ written: String) {
        parts = []
        var literal = ""
        var isEscaped = false
        func flush(into parts: inout [Part]) {
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = ""
        }
        for scalar in written.unicodeScalars {
            switch (scalar, isEscaped) {
            case ("\\", false): isEscaped = true
            case ("*", false), ("?", false):
                flush(into: &parts)
                parts.append(scalar == "*" ? .many : .one)
            default:
                if isEscaped, !"*?\\".unicodeScalars.contains(scalar) { literal += "\\" }
                literal.unicodeScalars.append(scalar)
                isEscaped = false
            }
        }
        if isEscaped { literal += "\\" }
        flush(into: &parts)
    }

    /// The text, if it has no wildcards.
    var plain: String? {
        switch parts.count {
        case 0: ""
        case 1: if case .literal(let text) = parts[0] { text } else { nil }
        default: nil
        }
    }

    /// The same with anything before it.
    func afterAnything() -> SigmaText { parts.first == .many ? self : SigmaText(parts: [.many] + parts) }

    /// The same with anything behind it.
    func beforeAnything() -> SigmaText { parts.last == .many ? self : SigmaText(parts: parts + [.many]) }

    /// The same with every literal changed.
    func mapLiterals<Failure>(_ change: (String) throws(Failure) -> String) throws(Failure) -> SigmaText {
        var changed: [Part] = []
        for part in parts {
            if case .literal(let text) = part {
                changed.append(.literal(try change(text)))
            } else {
                changed.append(part)
            }
        }
        return SigmaText(parts: changed)
    }
}
