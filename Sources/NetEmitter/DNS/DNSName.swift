/// Reads domain names, and follows their compression (RFC 1035 section 4.1.4).
enum DNSName {
    /// RFC 1035 section 2.3.4: with the lengths of labels and the root's.
    private static let lengthLimit = 255
    /// A name of 255 bytes has at most 127 labels, each of which may be reached by a pointer.
    private static let pointerLimit = 127

    /// The name at `offset`, without the dot at its end, and where what follows it begins. The root is `.`.
    ///
    /// A pointer has to point to before the place where it stands and where the former led to. So there is no loop.
    static func read(
        _ message: FrameBytes, at offset: Int, in section: DNSSection
    ) throws(DNSProblem) -> (text: String, end: Int) {
        var text: [UInt8] = []
        var (place, limit) = (offset, offset)
        var (length, pointers) = (1, 0)
        var end: Int?
        while let byte = message.uint8(place) {
            if byte == 0 {
                let name = text.isEmpty ? "." : String(decoding: text, as: UTF8.self)
                return (name, end ?? place + 1)
            }
            if byte >= 0xc0 {
                guard let pointer = message.uint16(place) else { throw .ends(section) }
                if end == nil { end = place + 2 }
                place = Int(pointer & 0x3fff)
                guard place < limit else { throw .pointer }
                limit = place
                pointers += 1
                guard pointers <= pointerLimit else { throw .pointerChain }
                continue
            }
            guard byte < 0x40 else { throw .labelType(byte) }
            length += Int(byte) + 1
            guard length <= lengthLimit else { throw .longName }
            let label = message.slice(place + 1, Int(byte))
            guard label.count == byte else { throw .ends(section) }
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            append(label, to: &text)
            place += Int(byte) + 1
        }
        throw .ends(section)
    }

    /// Where what follows the name at `offset` begins.
    static func end(_ message: FrameBytes, at offset: Int, in section: DNSSection) throws(DNSProblem) -> Int {
        var place = offset
        while let byte = message.uint8(place), place - offset <= lengthLimit {
            if byte == 0 { return place + 1 }
            if byte >= 0xc0 { return place + 2 }
            guard byte < 0x40 else { throw .labelType(byte) }
            place += Int(byte) + 1
        }
        throw place - offset > lengthLimit ? .longName : .ends(section)
    }

    /// What RFC 1035 section 5.1 has escaped (dots, backslashes, and bytes that are no text, as `\ddd`), the rest as
    /// it is: spaces and UTF-8, which names of services have (RFC 6763 section 4.1).
    private static func append(_ label: FrameBytes, to text: inout [UInt8]) {
        let isText = label.bytes.allSatisfy { $0 < 0x80 } || Self.isPlainUTF8(label)
        for byte in label.bytes {
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "\\"):
                text += [UInt8(ascii: "\\"), byte]
            case 0x20..<0x7f:
                text.append(byte)
            case 0x80... where isText:
                text.append(byte)
            default:
                let zero = UInt8(ascii: "0")
                text += [UInt8(ascii: "\\"), zero + byte / 100, zero + byte / 10 % 10, zero + byte % 10]
            }
        }
    }

    /// Whether the label is UTF-8 without the control characters above 127.
    private static func isPlainUTF8(_ label: FrameBytes) -> Bool {
        guard let text = String(validating: label.bytes, as: UTF8.self) else { return false }
        return !text.unicodeScalars.contains { (0x80...0x9f).contains($0.value) }
    }
}
