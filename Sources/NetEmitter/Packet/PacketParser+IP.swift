/// The IP headers.
extension PacketParser {
    static func ipv4(_ bytes: FrameBytes, into packet: inout Packet) -> Refusal? {
        guard let first = bytes.uint64(0), let middle = bytes.uint32(8), let source = bytes.uint32(12),
            let destination = bytes.uint32(16)
        else { return .cutOff }
        let headerLength = Int(first >> 56 & 0xf) * 4
        guard first >> 60 == 4, headerLength >= 20 else { return .malformed }
        // The card cuts what is larger than a packet may be, and the header that is captured before has no length.
        var length = Int(first >> 32 & 0xffff)
        if length == 0 { length = .max }
        length = min(length, packet.length(from: bytes))
        guard length >= headerLength else { return .malformed }
        guard bytes.count >= headerLength else { return .cutOff }

        packet.source = IPAddress(ipv4: source)
        packet.destination = IPAddress(ipv4: destination)
        packet.ipLength = length
        packet.hopLimit = UInt8(truncatingIfNeeded: middle >> 24)
        let place = first & 0x3fff
        if place != 0 {
            packet.isFragment = true
            packet.isLaterFragment = place & 0x1fff != 0
            packet.fragmentID = UInt32(first >> 16 & 0xffff)
        }
        let transport = UInt8(truncatingIfNeeded: middle >> 16)
        let rest = bytes.slice(headerLength, length - headerLength)
        return transport == Transport.authentication
            ? extensions(transport, rest, length - headerLength, into: &packet)
            : ports(transport, rest, length - headerLength, into: &packet)
    }

    static func ipv6(_ bytes: FrameBytes, into packet: inout Packet) -> Refusal? {
        guard let first = bytes.uint64(0), let sourceHigh = bytes.uint64(8), let sourceLow = bytes.uint64(16),
            let destinationHigh = bytes.uint64(24), let destinationLow = bytes.uint64(32)
        else { return .cutOff }
        guard first >> 60 == 6 else { return .malformed }
        let transport = UInt8(truncatingIfNeeded: first >> 8)
        // None is a jumbogram's (RFC 2675), or that of what the card will cut.
        var length = Int(first >> 16 & 0xffff)
        if length == 0, transport != Transport.none { length = .max }
        length = min(length, packet.length(from: bytes) - 40)

        packet.source = IPAddress(ipv6: sourceHigh, sourceLow)
        packet.destination = IPAddress(ipv6: destinationHigh, destinationLow)
        packet.ipLength = 40 + length
        packet.hopLimit = UInt8(truncatingIfNeeded: first)
        let rest = bytes.slice(40, length)
        return Transport.hasPorts(transport)
            ? ports(transport, rest, length, into: &packet)
            : extensions(transport, rest, length, into: &packet)
    }

    /// Passes over IPv6's extension headers, and the authentication header of both versions.
    private static func extensions(
        _ first: UInt8, _ bytes: FrameBytes, _ length: Int, into packet: inout Packet
    ) -> Refusal? {
        var (next, offset) = (first, 0)
        for _ in 0..<32 {
            let isVersion4 = packet.source.isIPv4
            switch next {
            case 0 where !isVersion4, 43 where !isVersion4, 60 where !isVersion4:
                guard let head = bytes.uint16(offset) else { return short(bytes, offset + 2, of: length) }
                next = UInt8(head >> 8)
                offset += Int(head & 0xff) * 8 + 8
            case 44 where !isVersion4:
                guard let head = bytes.uint64(offset) else { return short(bytes, offset + 8, of: length) }
                next = UInt8(head >> 56)
                offset += 8
                // A packet in one fragment is none (RFC 6946).
                packet.isFragment = head & 0xfff9_0000_0000 != 0
                packet.isLaterFragment = head & 0xfff8_0000_0000 != 0
                packet.fragmentID = UInt32(truncatingIfNeeded: head)
            case Transport.authentication where !packet.isLaterFragment:
                guard let head = bytes.uint16(offset) else { return short(bytes, offset + 2, of: length) }
                next = UInt8(head >> 8)
                offset += Int(head & 0xff) * 4 + 8
            default:
                guard offset <= length else { return .malformed }
                return ports(next, bytes.slice(offset), length - offset, into: &packet)
            }
            if packet.isLaterFragment { return ports(next, bytes.slice(offset), length - offset, into: &packet) }
        }
        return .tooDeep
    }

    /// Why bytes up to `end` are not there: not captured, or not in a packet of that length.
    static func short(_ bytes: FrameBytes, _ end: Int, of length: Int) -> Refusal {
        end > length ? .malformed : .cutOff
    }
}

extension Packet {
    /// How long the payload's last bytes, `bytes`, were on the wire: no header can say more.
    func length(from bytes: FrameBytes) -> Int { bytes.count + payloadLength - payload.count }
}
