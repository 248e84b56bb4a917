/// What comes before the network layer, by link type.
extension PacketParser {
    /// Reads a frame of that link type into `packet`; gives the reason if it holds no packet.
    @inline(__always)
    static func link(_ type: LinkType, _ frame: FrameBytes, into packet: inout Packet) -> Refusal? {
        if type == .ethernet { return ethernet(frame, into: &packet) }
        return otherLink(type, frame, into: &packet)
    }

    private static func otherLink(_ type: LinkType, _ frame: FrameBytes, into packet: inout Packet) -> Refusal? {
        switch type {
        case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6:
            return ip(frame, into: &packet)
        case .linuxCooked:
            guard let protocolNumber = frame.uint16(14) else { return .cutOff }
            packet.sourceMAC = hardwareAddress(frame, length: frame.uint16(4), at: 6)
            return network(protocolNumber, frame, at: 16, into: &packet)
        case .linuxCooked2:
            guard let protocolNumber = frame.uint16(0) else { return .cutOff }
            packet.sourceMAC = hardwareAddress(frame, length: frame.uint8(11).map(UInt16.init), at: 12)
            return network(protocolNumber, frame, at: 20, into: &packet)
        case .null, .loop:
            return loopback(frame, into: &packet)
        case .ppp:
            return ppp(frame, at: 0, into: &packet)
        case .pppSerial, .ciscoHDLC:
            let isCisco = frame.uint8(0) == 0x0f || frame.uint8(0) == 0x8f
            if !isCisco { return ppp(frame, at: 0, into: &packet) }
            return frame.uint16(2).map { network($0, frame, at: 4, into: &packet) } ?? .cutOff
        case .pppoe:
            return network(EtherType.pppoeSession, frame, at: 0, into: &packet)
        case .wireless:
            return wireless(frame, into: &packet)
        case .radiotap:
            guard let length = frame.uint16(2)?.byteSwapped else { return .cutOff }
            return wireless(frame.slice(Int(length)), into: &packet)
        case .nflog:
            return nflog(frame, into: &packet)
        default:
            return .unknownLink
        }
    }

    /// The Ethernet address of a cooked frame; 0 where the link has addresses of another length.
    private static func hardwareAddress(_ frame: FrameBytes, length: UInt16?, at offset: Int) -> UInt64 {
        guard length == 6, let field = frame.uint64(offset) else { return 0 }
        return field >> 16
    }

    /// The family is 2 for IPv4; for IPv6 it is 10, 24, 28 or 30, as the systems differ.
    private static func loopback(_ frame: FrameBytes, into packet: inout Packet) -> Refusal? {
        guard let field = frame.uint32(0) else { return .cutOff }
        switch field > 0xffff ? field.byteSwapped : field {
        case 2, 10, 24, 28, 30: return ip(frame.slice(4), into: &packet)
        default: return .notIP
        }
    }

    /// Attributes of length, type and value, in the byte order of the writer, which is taken to be the usual one.
    private static func nflog(_ frame: FrameBytes, into packet: inout Packet) -> Refusal? {
        let payloadType: UInt16 = 9
        var offset = 4
        for _ in 0..<64 {
            guard let length = frame.uint16(offset)?.byteSwapped, let type = frame.uint16(offset + 2)?.byteSwapped
            else { return .cutOff }
            guard length >= 4 else { return .malformed }
            if type == payloadType {
                let rest = frame.slice(offset + 4)
                packet.payloadLength = min(Int(length) - 4, packet.length(from: rest))
                packet.payload = rest.slice(0, packet.payloadLength)
                return ip(packet.payload, into: &packet)
            }
            offset += (Int(length) + 3) & ~3
        }
        return .tooDeep
    }

    /// PPP, with or without its address and control bytes, and with its protocol in one byte or two.
    static func ppp(_ frame: FrameBytes, at start: Int, into packet: inout Packet) -> Refusal? {
        let offset = frame.uint16(start) == 0xff03 ? start + 2 : start
        guard let first = frame.uint8(offset) else { return .cutOff }
        let isShort = first & 1 == 1
        guard let number = isShort ? UInt16(first) : frame.uint16(offset) else { return .cutOff }
        guard let type = EtherType.ofPPP(number) else { return .notIP }
        return network(type, frame, at: offset + (isShort ? 1 : 2), into: &packet)
    }
}
