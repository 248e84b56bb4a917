import ExhaustCore

/// The two ends of a conversation: who asks (the client), and who is asked.
struct Endpoints: Hashable {
    var client: IPAddress
    var server: IPAddress
    var clientPort: UInt16
    var serverPort: UInt16
    /// The IP protocol number.
    var transport: UInt8

    /// The ends of `packet`, which its client sent; or its server, if `reversed`.
    init(_ packet: Packet, reversed: Bool = false) {
        client = reversed ? packet.destination : packet.source
        server = reversed ? packet.source : packet.destination
        clientPort = reversed ? packet.destinationPort : packet.sourcePort
        serverPort = reversed ? packet.sourcePort : packet.destinationPort
        transport = packet.transport
    }

    /// The same ends, with the parts of client and server exchanged.
    var reversed: Endpoints {
        var other = self
        (other.client, other.server) = (server, client)
        (other.clientPort, other.serverPort) = (serverPort, clientPort)
        return other
    }

    /// Whether the client comes before the server in an order that is the same from both sides.
    var isOrdered: Bool { (client, clientPort) <= (server, serverPort) }

    /// The fields that tell of it.
    func fields(_ communityID: CommunityID) -> ValueMap {
        let id = communityID.text(
            source: client, destination: server, transport: transport, sourcePort: clientPort,
            destinationPort: serverPort)
        let (source, destination) = (Value.string(client.description), Value.string(server.description))
        return ValueMap(unique: [
            ("source.address", source), ("source.ip", source), ("source.port", .int(Int64(clientPort))),
            ("destination.address", destination), ("destination.ip", destination),
            ("destination.port", .int(Int64(serverPort))),
            ("network.type", .string(client.isIPv4 ? "ipv4" : "ipv6")),
            ("network.transport", .string(transport == Transport.tcp ? "tcp" : "udp")),
            ("network.community_id", .string(id)),
        ])
    }
}
