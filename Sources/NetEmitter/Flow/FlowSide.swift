/// What one end of a flow sent.
package struct FlowSide: Sendable {
    /// Since the flow was told of last.
    package var counts = FlowCounts()
    package var trouble = TCPTrouble()
    /// The Ethernet address that the first packet had for this end, 48 bits; 0 for none.
    package var mac: UInt64
    package var tcp = TCPEnd()

    /// Counts start anew.
    mutating func startPeriod() {
        counts = FlowCounts()
        trouble = TCPTrouble()
    }
}

/// Amounts, of one direction.
package struct FlowCounts: Sendable, Hashable {
    package var packets: UInt64 = 0
    /// Of frames on the wire, link layer and all.
    package var bytes: UInt64 = 0
    /// By the IP header, that included.
    package var ipBytes: UInt64 = 0
    /// What the transport carried.
    package var payloadBytes: UInt64 = 0

    @inline(__always)
    mutating func add(_ packet: Packet) {
        packets += 1
        bytes &+= UInt64(clamping: packet.frameLength)
        ipBytes &+= UInt64(clamping: packet.ipLength)
        payloadBytes &+= UInt64(clamping: packet.payloadLength)
    }
}

/// What went wrong with the data of one direction of a TCP connection: estimates, made from sequence numbers.
package struct TCPTrouble: Sendable, Hashable {
    package var retransmittedPackets: UInt32 = 0
    package var outOfOrderPackets: UInt32 = 0
    package var closedWindows: UInt32 = 0
    package var retransmittedBytes: UInt64 = 0
    /// Confirmed by the other end, and yet not captured.
    package var missedBytes: UInt64 = 0
}
