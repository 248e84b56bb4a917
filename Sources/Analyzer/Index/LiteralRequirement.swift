/// Literals of which at least one occurs in every event of which a condition holds. It may be weaker than the
/// condition, never stronger; without literals it says that the condition cannot hold at all.
package struct LiteralRequirement: Sendable, Hashable {
    /// The literals, of which one is enough.
    package var anyOf: [Literal]

    /// Asks for one of `anyOf`.
    package init(anyOf: [Literal]) { self.anyOf = anyOf }
}

/// A text that occurs in a field of an event.
///
/// The field's text is a string itself, a number or truth value as a log would write it, and of a list the text of each
/// element; a whole double may be written as an integer too (`4.0`, `4`).
package struct Literal: Sendable, Hashable {
    /// Where in the field's text it stands.
    package enum Kind: Sendable, Hashable { case equals, prefix, suffix, contains }

    /// The key of a list in the event's data, if the field is one of the maps in it; otherwise of the data itself.
    package var list: String?
    /// The key of the field; dots are part of it.
    package var field: String
    /// The text. An empty one that is contained asks only that there is such a field, whatever its value.
    package var text: String
    /// Whether the letters of ASCII are alike in both cases; others never are.
    package var isCaseInsensitive: Bool
    package var kind: Kind

    /// A literal; see the properties.
    package init(
        _ kind: Kind, _ text: String, in field: String, of list: String? = nil, isCaseInsensitive: Bool = false
    ) {
        self.list = list
        self.field = field
        self.text = text
        self.isCaseInsensitive = isCaseInsensitive
        self.kind = kind
    }

    /// Asks that the field is there.
    package static func presence(of field: String, in list: String? = nil) -> Literal {
        Literal(.contains, "", in: field, of: list)
    }
}

// How the requirements of a condition's parts become that of the whole; `nil` is that of what may hold of any event.
extension LiteralRequirement {
    /// That of a condition which holds only where both parts do: the one that fewer events meet.
    package static func both(_ left: LiteralRequirement?, _ right: LiteralRequirement?) -> LiteralRequirement? {
        guard let left, let right else { return left ?? right }
        return right.selectivity > left.selectivity ? right : left
    }

    /// That of a condition which holds only where one of the parts does.
    package static func either(_ left: LiteralRequirement?, _ right: LiteralRequirement?) -> LiteralRequirement? {
        guard let left, let right else { return nil }
        return LiteralRequirement(anyOf: left.anyOf + right.anyOf.filter { !left.anyOf.contains($0) })
    }

    /// A guess at how few events meet it: long literals are rare, whole values too, and the commonest literal decides.
    private var selectivity: Int {
        let rarest = anyOf.lazy.map(\.selectivity).min() ?? .max / 2
        return rarest - (anyOf.count.bitWidth - anyOf.count.leadingZeroBitCount)
    }
}

extension Literal {
    fileprivate var selectivity: Int {
        let length = 2 * text.utf8.count
        return switch kind {
        case .equals: length + 16
        case .prefix, .suffix: length + 4
        case .contains: length
        }
    }
}
