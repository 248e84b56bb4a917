import ExhaustCore

/// Community ID version 1 (https://github.com/corelight/community-id-spec): one name for both directions of a flow,
/// the same in every tool that has it.
package struct CommunityID: Sendable {
    /// Two networks that use the same addresses can be told apart by different seeds.
    package let seed: UInt16

    package init(seed: UInt16 = 0) { self.seed = seed }

    /// The name of the flow that `packet` is of.
    package func text(of packet: Packet) -> String {
        text(
            source: packet.source, destination: packet.destination, transport: packet.transport,
            sourcePort: packet.sourcePort, destinationPort: packet.destinationPort)
    }

    /// The name of the flow with these ends; of ICMP, the ports are type and code, as `Packet` has them.
    package func text(
        source: IPAddress, destination: IPAddress, transport: UInt8, sourcePort: UInt16, destinationPort: UInt16
    ) -> String {
        let ports = Self.ports(transport, sourcePort, destinationPort)
        let isInOrder =
            ports?.isOneWay == true
            || (source, ports?.source ?? 0) <= (destination, ports?.destination ?? 0)
        var message = Self.bytes(seed)
        message += isInOrder ? source.bytes + destination.bytes : destination.bytes + source.bytes
        message += [transport, 0]
        if let ports {
            let (first, second) = isInOrder ? (ports.source, ports.destination) : (ports.destination, ports.source)
            message += Self.bytes(first) + Self.bytes(second)
        }
        return "1:" + Base64.encode(Digest.sha1(message))
    }

    /// What stands for the ports of a flow, or nil if the protocol has none. ICMP messages that answer each other have
    /// each other's type; the others go one way only.
    package static func ports(
        _ transport: UInt8, _ source: UInt16, _ destination: UInt16
    ) -> (source: UInt16, destination: UInt16, isOneWay: Bool)? {
        switch transport {
        case Transport.tcp, Transport.udp, Transport.sctp:
            return (source, destination, false)
        case Transport.icmp, Transport.icmpv6:
            let answers = transport == Transport.icmp ? answersOfICMP : answersOfICMPv6
            guard let answer = answers[source] else { return (source, destination, true) }
            return (source, answer, false)
        default:
            return nil
        }
    }

    private static let answersOfICMP = bothWays([(0, 8), (9, 10), (13, 14), (15, 16), (17, 18)])
    private static let answersOfICMPv6 = bothWays([
        (128, 129), (130, 131), (133, 134), (135, 136), (139, 140), (144, 145),
    ])

    private static func bothWays(_ pairs: [(UInt16, UInt16)]) -> [UInt16: UInt16] {
        Dictionary(uniqueKeysWithValues: pairs.flatMap { [($0, $1), ($1, $0)] })
    }

    private static func bytes(_ number: UInt16) -> [UInt8] {
        [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
    }
}
