/// The two ends of a flow and the protocol between them, the same for packets of either way.
///
/// An ICMP question and its answer are of one flow; ICMP messages that nobody answers have a flow for each way.
package struct FlowKey: Equatable, Sendable {
    private let firstHigh, firstLow, secondHigh, secondLow: UInt64
    /// Both ports, the protocol, and what else tells flows apart.
    private let rest: UInt64

    private static let isIPv4: UInt64 = 1
    private static let isPortless: UInt64 = 2

    /// The key of `packet`, and whether it goes from the key's first end to its second.
    @inline(__always)
    static func of(_ packet: Packet) -> (key: FlowKey, isForward: Bool) {
        var (sourcePort, destinationPort) = (packet.sourcePort, packet.destinationPort)
        var isOneWay = false
        if packet.isLaterFragment {
            (sourcePort, destinationPort) = (0, 0)
        } else if packet.transport == Transport.icmp || packet.transport == Transport.icmpv6,
            let ports = CommunityID.ports(packet.transport, sourcePort, destinationPort)
        {
            (sourcePort, destinationPort, isOneWay) = ports
        }
        let isForward =
            isOneWay || packet.source < packet.destination
            || (packet.source == packet.destination && sourcePort <= destinationPort)
        let (first, second) =
            isForward ? (packet.source, packet.destination) : (packet.destination, packet.source)
        let (firstPort, secondPort) = isForward ? (sourcePort, destinationPort) : (destinationPort, sourcePort)
        let ports = UInt64(firstPort) << 48 | UInt64(secondPort) << 32
        let flags = (first.isIPv4 ? isIPv4 : 0) | (packet.isLaterFragment ? isPortless : 0)
        let key = FlowKey(
            firstHigh: first.high, firstLow: first.low, secondHigh: second.high, secondLow: second.low,
            rest: ports | UInt64(packet.transport) << 8 | flags)
        return (key, isForward)
    }

    var first: FlowEnd { end(firstHigh, firstLow, port: UInt16(rest >> 48)) }
    var second: FlowEnd { end(secondHigh, secondLow, port: UInt16(truncatingIfNeeded: rest >> 32)) }
    /// The IP protocol number.
    package var transport: UInt8 { UInt8(truncatingIfNeeded: rest >> 8) }
    package var isIPv4: Bool { rest & Self.isIPv4 != 0 }
    /// Made of fragments whose first one was not seen, so that nobody knows their ports.
    package var isPortless: Bool { rest & Self.isPortless != 0 }

    private func end(_ high: UInt64, _ low: UInt64, port: UInt16) -> FlowEnd {
        let address = isIPv4 ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low)) : IPAddress(ipv6: high, low)
        return FlowEnd(address: address, port: port)
    }

    /// A hash that nobody who does not know `seed` can find collisions of.
    @inline(__always)
    func hash(seed: UInt64) -> UInt32 {
        let first = Self.fold(firstHigh ^ seed, firstLow ^ 0x9e37_79b9_7f4a_7c15)
        let second = Self.fold(secondHigh ^ seed ^ 0xbf58_476d_1ce4_e5b9, secondLow ^ 0x94d0_49bb_1331_11eb)
        let all = Self.fold(first ^ rest, second ^ seed)
        return UInt32(truncatingIfNeeded: all ^ all >> 32)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

/// One end of a flow.
package struct FlowEnd: Hashable, Sendable {
    package let address: IPAddress
    /// Of ICMP, the type of what this end sends; of messages that nobody answers, at the receiver their code.
    package let port: UInt16
}
