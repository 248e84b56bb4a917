/// What a direction of a TLS connection begins with, taken out of its records (RFC 8446 section 5.1).
enum TLSOpening {
    /// More bytes are needed to tell.
    case more
    /// A message of the handshake; whether all of it is there.
    case message(type: UInt8, body: [UInt8], isWhole: Bool)
    /// An alert's description, RFC 8446 section 6.
    case alert(UInt8)
    /// Something else.
    case other

    static let clientHello: UInt8 = 1
    static let serverHello: UInt8 = 2

    /// Reads the first message of `bytes`; if no more will come, as much of it as there is.
    init(_ bytes: FrameBytes, isFinal: Bool) {
        var handshake: [UInt8] = []
        var place = 0
        while let type = bytes.uint8(place) {
            let isKnown = type == 0x16 || type == 0x15 && place == 0
            guard isKnown, bytes.uint8(place + 1).map({ $0 == 3 }) ?? true,
                bytes.uint8(place + 2).map({ $0 <= 4 }) ?? true
            else {
                self = .other
                return
            }
            guard let length = bytes.uint16(place + 3) else { break }
            // RFC 8446 section 5.1, and what older versions add to it.
            guard length > 0, length <= 1 << 14 + 2048 else {
                self = .other
                return
            }
            let part = bytes.slice(place + 5, Int(length))
            if type == 0x15 {
                self = part.uint8(1).map { length == 2 ? .alert($0) : .other } ?? (isFinal ? .other : .more)
                return
            }
            handshake += part.bytes
            place += 5 + Int(length)
            if let found = Self.message(in: handshake, isFinal: false) {
                self = found
                return
            }
        }
        self = isFinal ? Self.message(in: handshake, isFinal: true) ?? .other : .more
    }

    private static func message(in bytes: [UInt8], isFinal: Bool) -> TLSOpening? {
        guard bytes.count >= 4 else { return nil }
        let length = Int(bytes[1]) << 16 | Int(bytes[2]) << 8 | Int(bytes[3])
        guard bytes[0] == clientHello || bytes[0] == serverHello, length <= 1 << 17 else { return .other }
        guard bytes.count >= 4 + length || isFinal else { return nil }
        let body = Array(bytes.dropFirst(4).prefix(length))
        return .message(type: bytes[0], body: body, isWhole: body.count == length)
    }

    /// Whether `bytes` begin as a hello does, of which nothing else of the connection was seen. Ten bytes decide.
    static func isHello(_ bytes: FrameBytes) -> Bool {
        guard bytes.uint16(0) == 0x1603, let minor = bytes.uint8(2), minor <= 4, let record = bytes.uint16(3),
            let head = bytes.uint32(5), bytes.uint8(9) == 3
        else { return false }
        let (type, length) = (head >> 24, head & 0xff_ffff)
        // A hello that goes on in the next record fills its first.
        let fits = length + 4 <= record || record >= 1 << 9
        return (type == 1 || type == 2) && record <= 1 << 14 && length >= 38 && length <= 1 << 16 && fits
    }
}
