/// Writes the data of records as zone files have it (RFC 1035 section 5).
struct DNSData {
    /// More of a text than this is left out, marked by `…`.
    static let textLimit = 1024

    private let message: FrameBytes
    private var place: Int
    private let end: Int
    private var problem: DNSProblem { .ends(.answer) }

    /// The data of `length` bytes at `start`, all of which is there. Names in it may point to anywhere before.
    init(message: FrameBytes, start: Int, length: Int) {
        self.message = message
        place = start
        end = start + length
    }

    /// The text of data of this type; nil of those types that are not read.
    mutating func text(of type: DNSType) throws(DNSProblem) -> String? {
        guard let text = try form(of: type) else { return nil }
        guard place == end else { throw .data(type) }
        guard text.utf8.count > Self.textLimit else { return text }
        return String(decoding: text.utf8.prefix(Self.textLimit), as: UTF8.self) + "…"
    }

    private mutating func form(of type: DNSType) throws(DNSProblem) -> String? {
        switch type.number {
        case 1: try IPAddress(ipv4: uint32()).description
        case 28: try IPAddress(ipv6: uint64(), uint64()).description
        // NS, CNAME, PTR, DNAME, and the mail boxes of old.
        case 2, 3, 4, 5, 7, 8, 9, 12, 39: try name()
        // MX, AFSDB, RT, KX
        case 15, 18, 21, 36: try "\(uint16()) \(name())"
        case 6: try "\(name()) \(name()) \(uint32()) \(uint32()) \(uint32()) \(uint32()) \(uint32())"
        // HINFO, TXT, SPF
        case 13, 16, 99: try strings()
        case 17: try "\(name()) \(name())"
        case 33: try "\(uint16()) \(uint16()) \(uint16()) \(name())"
        case 35: try "\(uint16()) \(uint16()) \(string()) \(string()) \(string()) \(name())"
        // DS, CDS
        case 43, 59: try "\(uint16()) \(uint8()) \(uint8()) \(hex())"
        case 44: try "\(uint8()) \(uint8()) \(hex())"
        case 52, 53: try "\(uint8()) \(uint8()) \(uint8()) \(hex())"
        case 64, 65: try serviceBinding(DNSType(type.number))
        case 256: try "\(uint16()) \(uint16()) \(Self.quoted(rest()))"
        case 257: try "\(uint8()) \(tag()) \(Self.quoted(rest()))"
        default: nil
        }
    }
}

extension DNSData {
    /// What is left of the data.
    var remaining: Int { end - place }

    mutating func uint8() throws(DNSProblem) -> UInt8 {
        guard remaining >= 1, let number = message.uint8(place) else { throw problem }
        place += 1
        return number
    }

    mutating func uint16() throws(DNSProblem) -> UInt16 {
        guard remaining >= 2, let number = message.uint16(place) else { throw problem }
        place += 2
        return number
    }

    mutating func uint32() throws(DNSProblem) -> UInt32 {
        guard remaining >= 4, let number = message.uint32(place) else { throw problem }
        place += 4
        return number
    }

    mutating func uint64() throws(DNSProblem) -> UInt64 {
        guard remaining >= 8, let number = message.uint64(place) else { throw problem }
        place += 8
        return number
    }

    mutating func bytes(_ count: Int) throws(DNSProblem) -> FrameBytes {
        guard count >= 0, remaining >= count else { throw problem }
        defer { place += count }
        return message.slice(place, count)
    }

    mutating func name() throws(DNSProblem) -> String {
        let name = try DNSName.read(message, at: place, in: .answer)
        guard name.end <= end else { throw problem }
        place = name.end
        return name.text
    }

    private mutating func rest() throws(DNSProblem) -> FrameBytes { try bytes(remaining) }

    private mutating func tag() throws(DNSProblem) -> String {
        let length = Int(try uint8())
        return String(decoding: try bytes(length).bytes, as: UTF8.self).escapingControls
    }

    /// A string with its length before it, in quotes.
    private mutating func string() throws(DNSProblem) -> String {
        let length = Int(try uint8())
        return Self.quoted(try bytes(length))
    }

    private mutating func strings() throws(DNSProblem) -> String {
        var texts = [try string()]
        while remaining > 0 { texts.append(try string()) }
        return texts.joined(separator: " ")
    }

    private mutating func hex() throws(DNSProblem) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in try rest().bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Text in quotes: quotes and backslashes escaped, and bytes that are not printable as `\ddd`.
    static func quoted(_ bytes: FrameBytes) -> String {
        var text = [UInt8(ascii: "\"")]
        for byte in bytes.bytes.prefix(textLimit + 1) {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0x20..<0x7f: text.append(byte)
            default:
                let zero = UInt8(ascii: "0")
                text += [UInt8(ascii: "\\"), zero + byte / 100, zero + byte / 10 % 10, zero + byte % 10]
            }
        }
        return String(decoding: text + [UInt8(ascii: "\"")], as: UTF8.self)
    }
}
