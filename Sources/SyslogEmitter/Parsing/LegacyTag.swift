/// The TAG that begins an RFC 3164 message: `name:`, `name[pid]:`, `name[pid]` or, from some senders, `name`.
struct LegacyTag {
    let name: Range<Int>
    let processID: Range<Int>?
    /// The text behind the tag, its colon and one space.
    let text: Range<Int>

    /// Twice what RFC 3164 allows; a longer word that nothing ends is text.
    private static let plainLimit = 64

    /// Reads the tag at the cursor; `nil` if the text begins without one.
    ///
    /// - Parameter terminated: accept only a tag that a colon or `[pid]` ends.
    init?(at start: ByteCursor, terminated: Bool) {
        var cursor = start
        let word = cursor.word()
        guard !word.isEmpty, Self.mayBegin(start.bytes[word.lowerBound]) else { return nil }
        let bytes = start.bytes
        let colon: Int?
        if bytes[word.upperBound - 1] == UInt8(ascii: ":") {
            colon = word.upperBound - 1
        } else {
            colon = Self.innerColon(in: word, of: bytes)
        }
        let stem = word.lowerBound..<(colon ?? word.upperBound)
        let processID = Self.processID(in: stem, of: bytes)
        let name = processID.map { stem.lowerBound..<($0.lowerBound - 1) } ?? stem
        guard !name.isEmpty else { return nil }
        if colon == nil, processID == nil {
            guard !terminated, name.count <= Self.plainLimit, Self.isPlainName(name, of: bytes),
                !Self.isRepetition(start)
            else { return nil }
        } else if bytes[name].allSatisfy(\.isDigit) {
            // "123: …" is a sequence number and "12:30 …" a time of day.
            return nil
        }
        self.name = name
        self.processID = processID
        cursor.position = colon.map { $0 + 1 } ?? word.upperBound
        // A tab behind the colon indents the text.
        _ = colon == nil ? cursor.skipBlank() : cursor.skip(UInt8(ascii: " "))
        text = cursor.rest
    }

    /// Puts the tag's parts where they belong.
    func apply(to message: inout SyslogMessage) {
        message.appName = name
        message.processID = processID
        message.text = text
    }

    private static func mayBegin(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "("),
            UInt8(ascii: "-"):
            true
        default: byte.isDigit || byte.isLetter || byte >= 0x80
        }
    }

    /// The colon of `tag:text`, sent without a space; only behind what is surely a name.
    private static func innerColon(in word: Range<Int>, of bytes: [UInt8]) -> Int? {
        guard let colon = bytes[word].firstIndex(of: UInt8(ascii: ":")), colon > word.lowerBound else { return nil }
        // "http://…" and "a::b" are text.
        guard bytes[colon + 1] != UInt8(ascii: "/"), bytes[colon + 1] != UInt8(ascii: ":") else { return nil }
        let stem = word.lowerBound..<colon
        let name = processID(in: stem, of: bytes).map { stem.lowerBound..<($0.lowerBound - 1) } ?? stem
        return isPlainName(name, of: bytes) ? colon : nil
    }

    /// What stands in the brackets that end `stem`.
    private static func processID(in stem: Range<Int>, of bytes: [UInt8]) -> Range<Int>? {
        guard let last = stem.last, bytes[last] == UInt8(ascii: "]"),
            let open = bytes[stem].lastIndex(of: UInt8(ascii: "[")), open > stem.lowerBound
        else { return nil }
        return (open + 1)..<last
    }

    /// A letter, then letters, digits and `- _ . /`.
    private static func isPlainName(_ range: Range<Int>, of bytes: [UInt8]) -> Bool {
        guard let first = range.first, bytes[first].isLetter else { return false }
        return bytes[range].allSatisfy {
            $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/")
        }
    }

    /// syslogd's own "last message repeated 3 times" has no tag.
    private static func isRepetition(_ start: ByteCursor) -> Bool {
        var cursor = start
        return cursor.skip("last message repeated ")
    }
}
