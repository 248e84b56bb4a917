/// What a line begins with: bytes as they are, and `\d` for a digit, `\w` for a letter, a digit or `_`, `\s` for a
/// space or a tab, `\\` for a backslash. Nothing repeats and nothing is optional, so that a line is judged in one look.
package struct LinePattern: Sendable, Hashable {
    private enum Step: Hashable {
        case byte(UInt8), digit, word, space
    }

    /// The pattern as written.
    package let text: String
    private let steps: [Step]
    /// Messages are kept to 480 bytes at least, so that a pattern always sees enough of its line.
    private static let longest = 256

    /// Reads a pattern; `nil` for an empty or too long one, or another letter behind a backslash.
    package init?(_ text: String) {
        var steps: [Step] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "\\") else {
                steps.append(.byte(byte))
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "d"): steps.append(.digit)
            case UInt8(ascii: "w"): steps.append(.word)
            case UInt8(ascii: "s"): steps.append(.space)
            case UInt8(ascii: "\\"): steps.append(.byte(byte))
            default: return nil
            }
        }
        guard (1...Self.longest).contains(steps.count) else { return nil }
        self.text = text
        self.steps = steps
    }

    /// Whether `line` begins so.
    func begins(_ line: [UInt8]) -> Bool {
        line.count >= steps.count
            && zip(steps, line).allSatisfy { step, byte in
                switch step {
                case .byte(let expected): byte == expected
                case .digit: byte.isDigit
                case .word: byte.isDigit || byte.isLetter || byte == UInt8(ascii: "_")
                case .space: byte == UInt8(ascii: " ") || byte == 9
                }
            }
    }
}
