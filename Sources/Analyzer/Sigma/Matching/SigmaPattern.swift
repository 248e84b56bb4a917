/// A value with wildcards, ready to be compared with text.
struct SigmaPattern: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case text(SigmaNeedle)
        case many
        case one
    }

    /// The common forms, which need no search for the right place.
    enum Form: Hashable, Sendable { case equals, prefix, suffix, contains, wild }

    let pieces: [Piece]
    let form: Form
    let isCased: Bool
    /// Whether text must be folded as a whole first: letters beyond ASCII have no fixed length.
    let needsFolding: Bool

    init(_ text: SigmaText, isCased: Bool) {
        var literal = ""
        var pieces: [Piece] = []
        func flush() {
            guard !literal.isEmpty else { return }
            pieces.append(.text(SigmaNeedle(Array(literal.utf8), isCased: isCased)))
            literal = ""
        }
        for part in text.parts {
            switch part {
            case .literal(let text): literal += isCased ? text : Self.folded(text)
            case .many:
                flush()
                if pieces.last != .many { pieces.append(.many) }
            case .one:
                flush()
                pieces.append(.one)
            }
        }
        flush()
        self.pieces = pieces
        self.isCased = isCased
        form = Self.form(of: pieces)
        needsFolding = !isCased && pieces.contains { $0.needle?.bytes.contains { $0 >= 0x80 } ?? false }
    }

    private static func form(of pieces: [Piece]) -> Form {
        switch (pieces.count, pieces.first, pieces.last) {
        case (0, _, _), (1, .text?, _): .equals
        case (2, .text?, .many?): .prefix
        case (2, .many?, .text?): .suffix
        case (3, .many?, .many?) where pieces[1] != .one: .contains
        default: .wild
        }
    }

    /// Unicode's case folding, as near as the standard library comes to it.
    private static func folded(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.uppercased().lowercased()
    }

    /// The texts of which all are in whatever matches.
    var needles: [SigmaNeedle] { pieces.compactMap(\.needle) }

    /// Whether `text` matches from end to end.
    func matches(_ text: String) -> Bool {
        // A text in ASCII has no letter beyond it, and nothing folds to one.
        if needsFolding { return !text.utf8.allSatisfy { $0 < 0x80 } && matchesBytes(of: Self.folded(text)) }
        return matchesBytes(of: text)
    }

    private func matchesBytes(of text: String) -> Bool {
        if let result = text.utf8.withContiguousStorageIfAvailable({ matches($0) }) { return result }
        return Array(text.utf8).withUnsafeBufferPointer { matches($0) }
    }

    private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch form {
        case .equals:
            guard let needle = pieces.first?.needle else { return text.isEmpty }
            return text.count == needle.bytes.count && needle.stands(in: text, at: 0)
        case .prefix: return pieces[0].needle?.stands(in: text, at: 0) ?? false
        case .suffix: return pieces[1].needle.map { $0.stands(in: text, at: text.count - $0.bytes.count) } ?? false
        case .contains: return pieces[1].needle?.first(in: text, from: 0) != nil
        case .wild: return matchesWild(text)
        }
    }

    /// Goes back to the last `many` alone: what matched before it can stay as it is.
    private func matchesWild(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var (place, index) = (0, 0)
        var retry: (index: Int, place: Int)?
        while true {
            if index == pieces.count {
                if place == text.count { return true }
            } else {
                switch pieces[index] {
                case .many:
                    if index + 1 == pieces.count { return true }
                    index += 1
                    retry = (index, place)
                    continue
                case .one where place < text.count:
                    place = Self.next(text, place)
                    index += 1
                    continue
                case .text(let needle) where retry?.index == index:
                    guard let found = needle.first(in: text, from: place) else { return false }
                    retry?.place = found
                    place = found + needle.bytes.count
                    index += 1
                    continue
                case .text(let needle) where needle.stands(in: text, at: place):
                    place += needle.bytes.count
                    index += 1
                    continue
                default: break
                }
            }
            guard let last = retry, last.place < text.count else { return false }
            retry?.place = Self.next(text, last.place)
            (index, place) = (last.index, Self.next(text, last.place))
        }
    }

    /// The place behind the character at `place`.
    private static func next(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
        var place = place + 1
        while place < text.count, text[place] & 0xc0 == 0x80 { place += 1 }
        return place
    }
}

extension SigmaPattern.Piece {
    var needle: SigmaNeedle? { if case .text(let needle) = self { needle } else { nil } }
}
