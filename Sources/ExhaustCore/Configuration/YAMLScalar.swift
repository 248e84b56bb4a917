/// A scalar's place in its file, and how it is written there, so that an error can point into it.
struct YAMLScalar: Sendable {
    enum Style: Sendable { case plain, singleQuoted, doubleQuoted, block }

    /// What it says.
    let text: String
    let style: Style
    /// Where it begins: its line, from 1, and the code points before it in that line.
    let line: Int
    let column: Int

    /// Where in `file`, which holds the scalar, byte `offset` of its text stands: line and column, from 1.
    ///
    /// Folding and indentation only change blanks, so the characters between them are counted.
    func position(of offset: Int, in file: [UInt8]) -> (line: Int, column: Int) {
        let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self)
        var walk = Walk(line: line, column: column + 1, ahead: before.unicodeScalars.count { !Self.isBlank($0) })
        walk.isAtEnd = text.utf8.dropFirst(offset).allSatisfy { Self.isBlank(Unicode.Scalar($0)) }
        let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.dropFirst(line - 1).enumerated() {
            var characters = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
            if index == 0 {
                // What is in front, and a block's header or an opening quote.
                characters = style == .block ? [] : characters.dropFirst(column + (style == .plain ? 0 : 1))
                walk.column += style == .plain ? 0 : 1
            }
            if walk.go(along: characters, style) { break }
        }
        return (walk.line, walk.column)
    }

    static func isBlank(_ character: Unicode.Scalar) -> Bool { [" ", "\t", "\r", "\n"].contains(character) }

    /// A way along the file's lines.
    private struct Walk {
        var line: Int
        var column: Int
        /// Characters of the text, without blanks, that are still before the place.
        var ahead: Int
        /// Whether the place is behind all characters.
        var isAtEnd = false

        /// Goes along a line, and says whether the place is in it; else it is at the begin of the next.
        mutating func go(along characters: ArraySlice<Unicode.Scalar>, _ style: Style) -> Bool {
            var rest = characters
            while let next = rest.first {
                if ahead == 0, isAtEnd || !YAMLScalar.isBlank(next) { return true }
                let (length, counts) = YAMLScalar.step(rest, style)
                if counts { ahead -= 1 }
                column += length
                rest = rest.dropFirst(length)
            }
            if ahead == 0, isAtEnd { return true }
            line += 1
            column = 1
            return false
        }
    }

    /// How many characters write the next one of the text, and whether that is no blank.
    private static func step(
        _ rest: ArraySlice<Unicode.Scalar>, _ style: Style
    ) -> (length: Int, counts: Bool) {
        let next = rest.dropFirst().first
        switch (style, rest.first) {
        case (.singleQuoted, "'"): return (2, true)
        case (.doubleQuoted, "\\"):
            switch next {
            case "x": return (4, true)
            case "u": return (6, true)
            case "U": return (10, true)
            case nil: return (1, false)
            case "n", "t", "r", " ", "\t": return (2, false)
            default: return (2, true)
            }
        case (_, let character?): return (1, !isBlank(character))
        default: return (1, false)
        }
    }
}
