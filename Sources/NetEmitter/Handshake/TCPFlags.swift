/// The flags of a TCP header.
struct TCPFlags: OptionSet {
    let rawValue: UInt8

    static let fin = TCPFlags(rawValue: 0x01)
    static let syn = TCPFlags(rawValue: 0x02)
    static let rst = TCPFlags(rawValue: 0x04)
    static let ack = TCPFlags(rawValue: 0x10)
    /// Those that begin or end a connection.
    static let ends: TCPFlags = [.fin, .syn, .rst]
}

extension Packet {
    /// The sequence number of the first byte of the payload: a SYN has one of its own.
    var dataSequence: UInt32 { tcpFlags & TCPFlags.syn.rawValue != 0 ? sequence &+ 1 : sequence }
}
