/// One message as it came out of a datagram or a stream.
package struct Frame: Sendable, Hashable {
    /// The message; its beginning, if it was longer than the limit.
    package var bytes: [UInt8]
    /// How many bytes the sender sent.
    package var length: Int
    /// What was wrong with the framing, if anything.
    package var flaw: String?

    /// A frame of `bytes`, of which the sender sent `length`.
    package init(bytes: [UInt8], length: Int? = nil, flaw: String? = nil) {
        self.bytes = bytes
        self.length = length ?? bytes.count
        self.flaw = flaw
    }

    /// Whether the message was longer than the limit.
    package var isTruncated: Bool { length > bytes.count }

    /// Takes away the beginning of a character that the limit cut through, so that cutting makes no bad UTF-8.
    mutating func endAtCharacter() {
        var start = bytes.count - 1
        while start >= 0, bytes.count - start < 4, bytes[start] & 0xc0 == 0x80 { start -= 1 }
        guard start >= 0 else { return }
        let width: Int
        switch bytes[start] {
        case 0xc2...0xdf: width = 2
        case 0xe0...0xef: width = 3
        case 0xf0...0xf4: width = 4
        default: return
        }
        if start + width > bytes.count { bytes.removeSubrange(start...) }
    }
}
