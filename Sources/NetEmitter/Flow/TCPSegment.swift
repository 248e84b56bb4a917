/// A TCP packet's control bits and numbers.
struct TCPSegment {
    static let fin: UInt8 = 0x01
    static let syn: UInt8 = 0x02
    static let rst: UInt8 = 0x04
    static let ack: UInt8 = 0x10

    let flags: UInt8
    let sequence: UInt32
    let acknowledgement: UInt32
    let payload: UInt32
    let hasClosedWindow: Bool
    let time: Int64

    @inline(__always)
    init(_ packet: Packet, time: Int64) {
        flags = packet.tcpFlags
        sequence = packet.sequence
        acknowledgement = packet.acknowledgement
        payload = UInt32(clamping: packet.payloadLength)
        hasClosedWindow = packet.window == 0
        self.time = time
    }

    @inline(__always)
    func has(_ bits: UInt8) -> Bool { flags & bits != 0 }

    /// SYN, FIN and RST, of which a proper packet has one at most.
    @inline(__always)
    var control: UInt8 { flags & (Self.syn | Self.fin | Self.rst) }

    /// Whether it asks for a new connection.
    @inline(__always)
    var isRequest: Bool { flags & (Self.syn | Self.ack | Self.rst | Self.fin) == Self.syn }

    /// The sequence number after it. What an RST carries is not part of the stream.
    @inline(__always)
    var end: UInt32 {
        sequence &+ (has(Self.rst) ? 0 : payload) &+ (has(Self.syn) ? 1 : 0) &+ (has(Self.fin) ? 1 : 0)
    }
}

/// How far `left` is after `right`, in the space of sequence numbers.
@inline(__always)
func distance(_ left: UInt32, after right: UInt32) -> Int32 { Int32(bitPattern: left &- right) }
