/// Numbers of what Ethernet carries (IEEE 802 numbers), as far as they lead to IP.
enum EtherType {
    static let ipv4: UInt16 = 0x0800
    static let ipv6: UInt16 = 0x86dd
    static let pppoeSession: UInt16 = 0x8864
    static let transparentEthernet: UInt16 = 0x6558

    /// The number that stands for the same as a protocol number of PPP.
    static func ofPPP(_ number: UInt16) -> UInt16? {
        switch number {
        case 0x0021: ipv4
        case 0x0057: ipv6
        case 0x0281: 0x8847
        default: nil
        }
    }
}

/// From Ethernet to IP, through tags and labels.
extension PacketParser {
    @inline(__always)
    static func ethernet(_ frame: FrameBytes, at offset: Int = 0, into packet: inout Packet) -> Refusal? {
        guard let type = addresses(frame, at: offset, into: &packet) else { return .cutOff }
        return network(type, frame, at: offset + 14, into: &packet)
    }

    /// The Ethernet addresses into `packet`, and the type that follows them.
    @inline(__always)
    private static func addresses(_ frame: FrameBytes, at offset: Int, into packet: inout Packet) -> UInt16? {
        guard let first = frame.uint64(offset), let second = frame.uint32(offset + 8),
            let type = frame.uint16(offset + 12)
        else { return nil }
        packet.destinationMAC = first >> 16
        packet.sourceMAC = (first & 0xffff) << 32 | UInt64(second)
        return type
    }

    /// What a header said is of `type` and begins at `offset`.
    @inline(__always)
    static func network(
        _ type: UInt16, _ frame: FrameBytes, at offset: Int, into packet: inout Packet
    ) -> Refusal? {
        switch type {
        case EtherType.ipv4: ipv4(frame.slice(offset), into: &packet)
        case EtherType.ipv6: ipv6(frame.slice(offset), into: &packet)
        default: tagged(type, frame, at: offset, into: &packet)
        }
    }

    /// A packet of the version that its first byte says.
    static func ip(_ bytes: FrameBytes, into packet: inout Packet) -> Refusal? {
        guard let first = bytes.uint8(0) else { return .cutOff }
        switch first >> 4 {
        case 4: return ipv4(bytes, into: &packet)
        case 6: return ipv6(bytes, into: &packet)
        default: return .malformed
        }
    }

    /// Peels one tag or label after the other.
    private static func tagged(
        _ start: UInt16, _ frame: FrameBytes, at offset: Int, into packet: inout Packet
    ) -> Refusal? {
        var header = (type: start, offset: offset)
        for _ in 0..<16 {
            switch header.type {
            case EtherType.ipv4: return ipv4(frame.slice(header.offset), into: &packet)
            case EtherType.ipv6: return ipv6(frame.slice(header.offset), into: &packet)
            case 0x8100, 0x88a8, 0x9100, 0x9200:
                guard let tag = frame.uint16(header.offset), let next = frame.uint16(header.offset + 2) else {
                    return .cutOff
                }
                packet.addVLAN(Int16(tag & 0xfff))
                header = (next, header.offset + 4)
            case 0x8847, 0x8848:
                guard let label = frame.uint32(header.offset) else { return .cutOff }
                header.offset += 4
                let isLast = label & 0x100 != 0
                if isLast, let reason = unlabelled(frame, &header, &packet) { return reason }
            case 0x88e7, 0x8903:
                // A provider's backbone (802.1ah), or Cisco's FabricPath: a whole frame follows the tag.
                let start = header.offset + (header.type == 0x88e7 ? 4 : 2)
                guard let type = addresses(frame, at: start, into: &packet) else { return .cutOff }
                header = (type, start + 14)
            case 0x8926:
                // VN-Tag, between a switch and its extenders.
                guard let type = frame.uint16(header.offset + 4) else { return .cutOff }
                header = (type, header.offset + 6)
            case EtherType.pppoeSession:
                guard let version = frame.uint16(header.offset) else { return .cutOff }
                return version == 0x1100 ? ppp(frame, at: header.offset + 6, into: &packet) : .malformed
            case ..<0x0600:
                guard let next = logicalLink(frame, at: header.offset) else { return .notIP }
                header = next
            default:
                return .notIP
            }
        }
        return .tooDeep
    }

    /// What lies below the last MPLS label, which does not say: IP by its version, or, after a control word of
    /// zeros (RFC 4385), an Ethernet frame.
    private static func unlabelled(
        _ frame: FrameBytes, _ header: inout (type: UInt16, offset: Int), _ packet: inout Packet
    ) -> Refusal? {
        guard let first = frame.uint8(header.offset) else { return .cutOff }
        switch first >> 4 {
        case 4: header.type = EtherType.ipv4
        case 6: header.type = EtherType.ipv6
        case 0:
            guard let type = addresses(frame, at: header.offset + 4, into: &packet) else { return .cutOff }
            header = (type, header.offset + 18)
        default: return .notIP
        }
        return nil
    }

    /// The type and offset of what an IEEE 802.2 header carries; nil if it is nothing that leads to IP.
    static func logicalLink(_ frame: FrameBytes, at offset: Int) -> (type: UInt16, offset: Int)? {
        if frame.uint16(offset) == 0x0606 { return (EtherType.ipv4, offset + 3) }
        guard let head = frame.uint64(offset), head >> 40 == 0xaa_aa03 else { return nil }
        // The organisation is none, or the one that bridges write for tunnelled frames (802.1H).
        let organisation = head >> 16 & 0xff_ffff
        return organisation == 0 || organisation == 0xf8 ? (UInt16(head & 0xffff), offset + 8) : nil
    }
}

extension Packet {
    /// Notes the next VLAN tag; of more than two the inner ones go.
    fileprivate mutating func addVLAN(_ id: Int16) {
        if vlan < 0 { vlan = id } else if innerVLAN < 0 { innerVLAN = id }
    }
}
