package import ExhaustCore

/// Reads the headers of frames. It allocates nothing, and no frame makes it fail: what has no packet to tell of is
/// counted by its reason.
///
///     var next = parser.parse(frame, linkType: .ethernet, time: time, frameLength: length)
///     while let packet = next {
///         table.take(packet)
///         next = followsTunnels ? parser.inner(of: packet) : nil
///     }
package struct PacketParser: Sendable {
    /// Why a frame, or what a tunnel carries, gave no packet.
    package enum Refusal: Int, CaseIterable, Sendable {
        /// A link type that is not known.
        case unknownLink
        /// ARP, and every other protocol beside IP; encrypted wireless frames.
        case notIP
        /// The capture ends before the ports.
        case cutOff
        /// Headers that contradict themselves or the packet's length.
        case malformed
        /// More tags, extension headers or tunnels than a sender has reason for.
        case tooDeep
    }

    /// How deep `inner(of:)` goes.
    package static let tunnelLimit: UInt8 = 4

    private var refusals = [UInt64](repeating: 0, count: Refusal.allCases.count)

    package init() {}

    /// How many packets were refused for `reason` so far.
    package func count(of reason: Refusal) -> UInt64 { refusals[reason.rawValue] }

    /// The outermost packet of a frame that was captured at `time`, and had `frameLength` bytes on the wire.
    package mutating func parse(
        _ frame: FrameBytes, linkType: LinkType, time: Timestamp, frameLength: Int
    ) -> Packet? {
        var packet = Packet(time: time, frame, frameLength: frameLength)
        return read(frame, linkType, into: &packet) ? packet : nil
    }

    /// Reads a frame into `packet`, which was made of it: where many follow each other, that spares copies. Gives
    /// whether there is a packet.
    @inline(__always)
    mutating func read(_ frame: FrameBytes, _ linkType: LinkType, into packet: inout Packet) -> Bool {
        guard let reason = Self.link(linkType, frame, into: &packet) else { return true }
        refusals[reason.rawValue] += 1
        return false
    }

    /// The packet that `packet` carries, if it belongs to a tunnel that is known: IP in IP, GRE, VXLAN, Geneve, GTP
    /// and Teredo.
    package mutating func inner(of packet: Packet) -> Packet? {
        guard let tunnel = Self.tunnel(of: packet) else { return nil }
        guard packet.tunnelDepth < Self.tunnelLimit else { return refuse(.tooDeep) }
        var inner = packet
        inner.enterTunnel()
        if let reason = Self.content(of: tunnel, packet.payload, into: &inner) { return refuse(reason) }
        return inner
    }

    private mutating func refuse(_ reason: Refusal) -> Packet? {
        refusals[reason.rawValue] += 1
        return nil
    }
}

extension Packet {
    /// Forgets what the outer headers said, but for time, frame, Ethernet addresses and VLAN.
    fileprivate mutating func enterTunnel() {
        tunnelDepth += 1
        // The rest is in the other fragments.
        if isFragment { payloadLength = max(payloadLength, 0xffff) }
        (sourcePort, destinationPort) = (0, 0)
        (isFragment, isLaterFragment, fragmentID) = (false, false, 0)
        (tcpFlags, sequence, acknowledgement, window) = (0, 0, 0, 0)
    }
}
