package import ExhaustCore

/// What the headers of one IP packet say, outermost frame first. Numbers are in the host's order.
package struct Packet {
    /// When it was captured.
    package var time: Timestamp
    /// Bytes of the frame on the wire, which may be more than were captured.
    package var frameLength: Int
    package var source: IPAddress
    package var destination: IPAddress
    /// The IP protocol number of what comes after the last header that was understood: 1 ICMP, 6 TCP, 17 UDP,
    /// 58 ICMPv6, 132 SCTP.
    package var transport: UInt8
    /// Ports; of ICMP its type and code. 0 for protocols that have none.
    package var sourcePort: UInt16 = 0
    package var destinationPort: UInt16 = 0
    /// The packet's length by its IP header (IPv4 total length; IPv6 40 + payload length), headers and all, but not
    /// more than the frame has room for.
    package var ipLength: Int
    /// What the transport carries by the headers' lengths, in bytes, whether it was captured or not.
    package var payloadLength = 0
    /// The part of it that was captured.
    package var payload: FrameBytes
    /// A fragment that is not the first: it has no ports, `fragmentID` tells what it belongs to.
    package var isLaterFragment = false
    /// A fragment of any place, which the first is, too.
    package var isFragment = false
    package var fragmentID: UInt32 = 0
    /// Outer VLAN id, and the inner one of QinQ; -1 where there is none.
    package var vlan: Int16 = -1
    package var innerVLAN: Int16 = -1
    package var hopLimit: UInt8 = 0
    /// Of TCP; 0 if the capture ends before.
    package var tcpFlags: UInt8 = 0
    package var sequence: UInt32 = 0
    package var acknowledgement: UInt32 = 0
    package var window: UInt16 = 0
    /// Ethernet addresses, 48 bits; 0 where the link has none.
    package var sourceMAC: UInt64 = 0
    package var destinationMAC: UInt64 = 0
    /// How many tunnels it was taken out of.
    package var tunnelDepth: UInt8 = 0
}

extension Packet {
    /// What is known of a frame before its headers are read: the payload is the rest of the frame.
    @inline(__always)
    init(time: Timestamp, _ frame: FrameBytes, frameLength: Int) {
        let nowhere = IPAddress(ipv6: 0, 0)
        self.init(
            time: time, frameLength: frameLength, source: nowhere, destination: nowhere, transport: 0, ipLength: 0,
            payloadLength: max(frameLength, frame.count), payload: frame)
    }
}
