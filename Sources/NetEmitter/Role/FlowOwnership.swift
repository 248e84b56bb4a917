import ExhaustCore

/// What flows want to know of sockets.
extension SocketOwners {
    /// Looks for the owners of a flow that begins, while its sockets exist.
    func ask(about flow: Flow) {
        guard let tuple = SocketTuple(flow.sourceEnd, flow.destinationEnd, flow.key.transport) else { return }
        ask(tuple)
        ask(tuple.reversed)
    }

    /// The fields that tell who has the end `local`, if it is of this host and that is known.
    func fields(_ local: FlowEnd, _ peer: FlowEnd, _ transport: UInt8) -> ValueMap? {
        guard let owner = SocketTuple(local, peer, transport).flatMap({ self.owner(of: $0) }) else { return nil }
        var data: ValueMap = [:]
        owner.add(to: &data)
        return data
    }
}

extension SocketTuple {
    /// `nil` for what has no sockets that the kernel tells of.
    fileprivate init?(_ local: FlowEnd, _ peer: FlowEnd, _ transport: UInt8) {
        guard transport == Self.tcp || transport == Self.udp else { return nil }
        self.init(
            transport: transport, local: local.address, localPort: local.port, peer: peer.address, peerPort: peer.port)
    }
}
