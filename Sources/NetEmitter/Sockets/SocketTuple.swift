/// One end of a conversation as the host that has it sees it. Where there is no peer, its address and port are 0.
///
/// An IPv4 address is IPv4, also of an IPv6 socket that talks through IPv4-mapped addresses.
struct SocketTuple: Hashable, Sendable {
    /// The IP protocol number: 6 TCP, 17 UDP.
    var transport: UInt8
    var local: IPAddress
    var localPort: UInt16
    var peer: IPAddress
    var peerPort: UInt16

    init(transport: UInt8, local: IPAddress, localPort: UInt16, peer: IPAddress, peerPort: UInt16) {
        self.transport = transport
        self.local = local
        self.localPort = localPort
        self.peer = peer
        self.peerPort = peerPort
    }

    /// The same conversation from its other end.
    var reversed: SocketTuple {
        SocketTuple(transport: transport, local: peer, localPort: peerPort, peer: local, peerPort: localPort)
    }

    static let (tcp, udp) = (UInt8(6), UInt8(17))
}

extension IPAddress {
    /// The address that means any (`0.0.0.0`, `::`).
    var isWildcard: Bool { isIPv4 ? UInt32(truncatingIfNeeded: low) == 0 : high == 0 && low == 0 }

    static let anyIPv4 = IPAddress(ipv4: 0)
    static let anyIPv6 = IPAddress(ipv6: 0, 0)
}
