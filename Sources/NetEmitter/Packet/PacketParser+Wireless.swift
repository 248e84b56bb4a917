/// IEEE 802.11 frames, as monitor mode captures them.
extension PacketParser {
    /// A data frame that is not encrypted; of an aggregate (A-MSDU) the first packet.
    static func wireless(_ frame: FrameBytes, into packet: inout Packet) -> Refusal? {
        guard let control = frame.uint16(0), let first = frame.uint32(4), let second = frame.uint16(8),
            let sequence = frame.uint16(22)
        else { return .cutOff }
        let isData = control >> 8 & 0x0c == 0x08
        let isEmpty = control & 0x4000 != 0
        let isEncrypted = control & 0x40 != 0
        let isLaterFragment = sequence & 0x0f00 != 0
        guard isData, !isEmpty, !isEncrypted, !isLaterFragment else { return .notIP }
        packet.destinationMAC = UInt64(first) << 16 | UInt64(second)
        packet.sourceMAC = (frame.uint64(8) ?? 0) & 0xffff_ffff_ffff

        let isBetweenStations = control & 3 == 3
        var offset = isBetweenStations ? 30 : 24
        var isAggregate = false
        if control & 0x8000 != 0 {
            guard let service = frame.uint8(offset) else { return .cutOff }
            isAggregate = service & 0x80 != 0
            offset += control & 0x80 != 0 ? 6 : 2
        }
        // Addresses and length of the first packet.
        if isAggregate { offset += 14 }
        guard let next = logicalLink(frame, at: offset) else { return .notIP }
        return network(next.type, frame, at: next.offset, into: &packet)
    }
}
