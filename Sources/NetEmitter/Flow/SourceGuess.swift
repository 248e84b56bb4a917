/// Who asked whom, where the capture does not show how a flow began.
enum SourceGuess {
    /// Linux takes the ports of clients from here on.
    private static let firstClientPort: UInt16 = 32_768

    /// Whether the first packet of a flow looks like an answer, so that its receiver is the source. A SYN never does.
    static func isAnswer(_ packet: Packet, _ key: FlowKey) -> Bool {
        guard !key.isPortless else { return false }
        switch key.transport {
        case Transport.tcp:
            guard !TCPSegment(packet, time: 0).isRequest else { return false }
            return rank(packet.sourcePort) < rank(packet.destinationPort)
        // Either may begin; only a well-known port says something.
        case Transport.udp: return packet.sourcePort < 1024 && packet.destinationPort >= 1024
        default: return false
        }
    }

    /// The less, the more a port looks like a server's.
    private static func rank(_ port: UInt16) -> Int { port < 1024 ? 0 : port < firstClientPort ? 1 : 2 }
}
