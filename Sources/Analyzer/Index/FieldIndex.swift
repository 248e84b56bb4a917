import ExhaustCore

/// All literals that rules require of one field.
struct FieldIndex: Sendable {
    /// Literals count up to here: what begins or ends one is required as well. It bounds the automaton.
    static let lengthLimit = 64

    private let key: String
    /// Where in the data the key was last.
    private var place = 0
    /// Rules that ask only that there is such a field.
    private var present: [Int32] = []
    private var exact: ExactLiterals?
    private var automaton: LiteralAutomaton?

    /// An index of `literals`, which are all of the field `key`, with the rules that ask for them.
    init(_ key: String, _ literals: [(literal: Literal, rule: Int32)]) {
        self.key = key
        var exact = ExactLiterals()
        var trie = LiteralTrie()
        for (literal, rule) in literals {
            let text = literal.text.utf8.map(\.folded)
            switch literal.kind {
            case .equals: exact.add(text, rule)
            case _ where text.isEmpty: present.append(rule)
            case .suffix: trie.add(text.suffix(Self.lengthLimit), .suffix, rule)
            case .prefix, .contains: trie.add(text.prefix(Self.lengthLimit), literal.kind, rule)
            }
        }
        if literals.contains(where: { $0.literal.kind == .equals }) { self.exact = exact }
        if trie.nodes.count > 1 { automaton = LiteralAutomaton(trie) }
    }

    /// Bytes that it takes.
    var size: Int { present.count * 4 + (exact?.size ?? 0) + (automaton?.size ?? 0) }

    /// Marks the rules whose literals occur in the field of `data`.
    mutating func search(_ data: ValueMap, scan: UInt64, _ found: inout RuleBits) {
        guard let value = data.value(of: key, near: &place) else { return }
        found.insert(present[...])
        guard exact != nil || automaton != nil else { return }
        switch value {
        case .list(let elements): for element in elements { search(element, scan, &found) }
        case .map(let map): for entry in map.entries { search(entry.key, scan, &found) }
        default: search(value, scan, &found)
        }
    }

    private mutating func search(_ value: Value, _ scan: UInt64, _ found: inout RuleBits) {
        switch value {
        case .string(let text): search(text, scan, &found)
        case .int(let number): search(String(number), scan, &found)
        case .uint(let number): search(String(number), scan, &found)
        case .bool(let flag): search(flag ? "true" : "false", scan, &found)
        case .double(let number):
            search(number.description, scan, &found)
            if let whole = Int64(exactly: number) { search(String(whole), scan, &found) }
        default: break
        }
    }

    private mutating func search(_ text: String, _ scan: UInt64, _ found: inout RuleBits) {
        var text = text
        text.withUTF8 { bytes in
            exact?.search(bytes, scan: scan, &found)
            automaton?.search(bytes, scan: scan, &found)
        }
    }
}
