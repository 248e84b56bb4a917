/// Packets that are carried by others.
extension PacketParser {
    /// What a tunnel carries, and where in its packet's payload that begins.
    struct Tunnel {
        enum Content {
            case ip
            case ethernet
            case ppp
            case wireless
            case etherType(UInt16)
        }

        let content: Content
        let offset: Int

        init(_ content: Content, at offset: Int) {
            self.content = content
            self.offset = offset
        }
    }

    /// The tunnel that `packet` belongs to, if any. A header that is not exactly as the tunnel's would be is taken
    /// for something else on the same port.
    static func tunnel(of packet: Packet) -> Tunnel? {
        guard !packet.isLaterFragment else { return nil }
        switch packet.transport {
        case 4, 41: return Tunnel(.ip, at: 0)
        case 47: return genericRouting(packet.payload)
        case 137: return Tunnel(.etherType(0x8847), at: 0)
        case Transport.udp: return datagram(packet)
        default: return nil
        }
    }

    /// Reads what the tunnel's packet `bytes` carry into `packet`, which already has the fields of the outer one.
    static func content(of tunnel: Tunnel, _ bytes: FrameBytes, into packet: inout Packet) -> Refusal? {
        switch tunnel.content {
        case .ip:
            return ip(bytes.slice(tunnel.offset), into: &packet)
        case .ethernet:
            (packet.vlan, packet.innerVLAN) = (-1, -1)
            return ethernet(bytes, at: tunnel.offset, into: &packet)
        case .ppp:
            return ppp(bytes, at: tunnel.offset, into: &packet)
        case .wireless:
            return wireless(bytes.slice(tunnel.offset), into: &packet)
        case .etherType(let type):
            return network(type, bytes, at: tunnel.offset, into: &packet)
        }
    }

    /// GRE (RFC 2784, 2890), as PPTP has it (RFC 2637), and ERSPAN.
    private static func genericRouting(_ bytes: FrameBytes) -> Tunnel? {
        guard let head = bytes.uint32(0) else { return nil }
        let (flags, type) = (UInt16(head >> 16), UInt16(truncatingIfNeeded: head))
        let (hasRouting, hasSequence, version) = (flags & 0x4000 != 0, flags & 0x1000 != 0, flags & 7)
        guard !hasRouting, version <= 1 else { return nil }
        // Checksum, key, sequence and, of PPTP, acknowledgement: four bytes each where the bit says so.
        let optional = (flags & (version == 1 ? 0xb080 : 0xb000)).nonzeroBitCount
        let offset = 4 + 4 * optional
        switch type {
        case EtherType.transparentEthernet: return Tunnel(.ethernet, at: offset)
        case 0x880b: return offset < bytes.count ? Tunnel(.ppp, at: offset) : nil
        case 0x88be: return Tunnel(.ethernet, at: offset + (hasSequence ? 8 : 0))
        case 0x22eb:
            let hasSubheader = bytes.uint8(offset + 11).map { $0 & 1 == 1 } ?? false
            return Tunnel(.ethernet, at: offset + (hasSubheader ? 20 : 12))
        // Access points of Aruba, to their controller.
        case 0x8200...0x8370, 0x9000: return Tunnel(.wireless, at: offset)
        default: return Tunnel(.etherType(type), at: offset)
        }
    }

    private static func datagram(_ packet: Packet) -> Tunnel? {
        let bytes = packet.payload
        switch (packet.sourcePort, packet.destinationPort) {
        // 8472 is what Linux used before there was a standard, and overlay networks still do.
        case (_, 4789), (_, 8472):
            return bytes.uint32(0) == 0x0800_0000 ? Tunnel(.ethernet, at: 8) : nil
        case (_, 6081):
            return geneve(bytes)
        case (_, 2152), (2152, _):
            return userPlane(bytes)
        case (_, 3544), (3544, _):
            return teredo(bytes)
        default:
            return nil
        }
    }

    /// Geneve (RFC 8926).
    private static func geneve(_ bytes: FrameBytes) -> Tunnel? {
        guard let head = bytes.uint32(0), head >> 30 == 0 else { return nil }
        let offset = 8 + Int(head >> 24 & 0x3f) * 4
        let type = UInt16(truncatingIfNeeded: head)
        return Tunnel(type == EtherType.transparentEthernet ? .ethernet : .etherType(type), at: offset)
    }

    /// GTPv1-U (3GPP TS 29.281): a subscriber's packet, after optional fields and extension headers.
    private static func userPlane(_ bytes: FrameBytes) -> Tunnel? {
        let packetFollows: UInt8 = 0xff
        guard let flags = bytes.uint8(0), flags & 0xf0 == 0x30, bytes.uint8(1) == packetFollows else { return nil }
        var offset = flags & 7 == 0 ? 8 : 12
        if flags & 4 != 0 {
            for _ in 0..<16 where bytes.uint8(offset - 1) != 0 {
                guard let words = bytes.uint8(offset), words > 0 else { return nil }
                offset += Int(words) * 4
            }
        }
        return isPacket(bytes, at: offset) ? Tunnel(.ip, at: offset) : nil
    }

    /// Teredo (RFC 4380): IPv6 behind indications of authentication and origin.
    private static func teredo(_ bytes: FrameBytes) -> Tunnel? {
        var offset = 0
        if bytes.uint16(offset) == 1, let lengths = bytes.uint16(2) {
            offset += 13 + Int(lengths >> 8) + Int(lengths & 0xff)
        }
        if bytes.uint16(offset) == 0 { offset += 8 }
        return bytes.uint8(offset).map { $0 >> 4 == 6 } == true ? Tunnel(.ip, at: offset) : nil
    }

    private static func isPacket(_ bytes: FrameBytes, at offset: Int) -> Bool {
        bytes.uint8(offset).map { $0 >> 4 == 4 || $0 >> 4 == 6 } ?? false
    }
}
