/// Finds what expressions refer to below `tasks`: the names in `tasks.<name>.output`.
enum TaskReferences {
    /// A use of `tasks` in another form than `tasks.<name>.output`.
    struct OtherForm: Error {}

    /// The tasks that `text` refers to: an expression, or a template if `isTemplate`. The text must have parsed.
    static func names(in text: String, isTemplate: Bool) throws(OtherForm) -> Set<String> {
        var scanner = Scanner(Array(text.utf8))
        var names: Set<String> = []
        while !scanner.isAtEnd {
            if isTemplate { scanner.skipToExpression() }
            while !scanner.isAtEnd, !(isTemplate && scanner.skip("}}")) {
                guard let word = scanner.word() else {
                    scanner.skipOther()
                    continue
                }
                guard word.text == "tasks", !word.isMember else { continue }
                guard scanner.skip("."), let name = scanner.word(), scanner.skip("."),
                    scanner.word()?.text == "output"
                else { throw OtherForm() }
                names.insert(name.text)
            }
        }
        return names
    }

    /// Tells words from strings and everything else.
    private struct Scanner {
        private let bytes: [UInt8]
        private var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { position >= bytes.count }

        mutating func skipToExpression() {
            while !isAtEnd, !skip("{{") { position += 1 }
        }

        mutating func skip(_ text: StaticString) -> Bool {
            let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            guard bytes[position...].starts(with: wanted) else { return false }
            position += wanted.count
            return true
        }

        /// The identifier here, and whether it is a member: what follows a dot.
        mutating func word() -> (text: String, isMember: Bool)? {
            let word = bytes[position...].prefix {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
            }
            guard !word.isEmpty else { return nil }
            let isMember = position > 0 && bytes[position - 1] == UInt8(ascii: ".")
            position += word.count
            return (String(decoding: word, as: UTF8.self), isMember)
        }

        /// Passes over one character, or over a whole string.
        mutating func skipOther() {
            let first = bytes[position]
            position += 1
            guard first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") else { return }
            while !isAtEnd, bytes[position] != first { position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1 }
            position += 1
        }
    }
}
