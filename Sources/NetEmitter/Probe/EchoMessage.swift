/// An ICMP echo request or reply (RFC 792, RFC 4443 section 4).
struct EchoMessage: Hashable {
    var sequence: UInt16
    /// What the peer sends back: it tells this probe's replies from others'.
    var token: UInt64
    /// As many bytes as ping(8) sends.
    private static let payloadLength = 56

    /// The bytes of a request. The kernel fills in identifier and checksum, but for raw IPv4 sockets' checksum.
    func request(isIPv4: Bool) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8 + Self.payloadLength)
        bytes[0] = isIPv4 ? 8 : 128
        // Raw sockets keep the identifier that is written here.
        for (index, shift) in [8, 0].enumerated() {
            bytes[4 + index] = UInt8(truncatingIfNeeded: token >> shift)
            bytes[6 + index] = UInt8(truncatingIfNeeded: sequence >> shift)
        }
        for index in 0..<8 { bytes[8 + index] = UInt8(truncatingIfNeeded: token >> (56 - 8 * index)) }
        if isIPv4 {
            let sum = Self.checksum(bytes)
            (bytes[2], bytes[3]) = (UInt8(sum >> 8), UInt8(truncatingIfNeeded: sum))
        }
        return bytes
    }

    /// Reads a reply; `nil` for every other message.
    init?(reply bytes: FrameBytes, isIPv4: Bool) {
        guard bytes.uint8(0) == (isIPv4 ? 0 : 129), let sequence = bytes.uint16(6), let token = bytes.uint64(8) else {
            return nil
        }
        self.init(sequence: sequence, token: token)
    }

    init(sequence: UInt16, token: UInt64) {
        self.sequence = sequence
        self.token = token
    }

    /// The Internet checksum (RFC 1071) of an even number of bytes.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return ~UInt16(sum)
    }
}
