/// Numbers of what IP carries (IANA protocol numbers).
package enum Transport {
    package static let icmp: UInt8 = 1
    package static let tcp: UInt8 = 6
    package static let udp: UInt8 = 17
    package static let icmpv6: UInt8 = 58
    package static let sctp: UInt8 = 132
    static let udpLite: UInt8 = 136
    static let authentication: UInt8 = 51
    /// IPv6's mark that nothing follows.
    static let none: UInt8 = 59

    /// Whether `ports` reads a header of it.
    @inline(__always)
    static func hasPorts(_ number: UInt8) -> Bool {
        switch number {
        case tcp, udp, icmp, icmpv6, sctp, udpLite: true
        default: false
        }
    }
}

/// The headers that IP carries.
extension PacketParser {
    /// Reads what `bytes` begin with, which on the wire were `length`.
    @inline(__always)
    static func ports(
        _ transport: UInt8, _ bytes: FrameBytes, _ length: Int, into packet: inout Packet
    ) -> Refusal? {
        packet.transport = transport
        packet.payload = bytes
        packet.payloadLength = max(0, length)
        guard !packet.isLaterFragment, Transport.hasPorts(transport) else { return nil }
        return switch transport {
        case Transport.tcp: tcp(bytes, length, into: &packet)
        case Transport.udp: udp(bytes, length, into: &packet)
        case Transport.sctp: ported(12, bytes, length, into: &packet)
        case Transport.udpLite: ported(8, bytes, length, into: &packet)
        default: icmp(bytes, length, into: &packet)
        }
    }

    /// A header that is cut off below its ports still says whose packet it is.
    private static func tcp(_ bytes: FrameBytes, _ length: Int, into packet: inout Packet) -> Refusal? {
        guard length >= 20 else { return .malformed }
        guard let ports = bytes.uint32(0) else { return .cutOff }
        packet.sourcePort = UInt16(ports >> 16)
        packet.destinationPort = UInt16(truncatingIfNeeded: ports)
        guard let numbers = bytes.uint64(4), let control = bytes.uint32(12) else {
            return packet.leave(20, of: bytes, length)
        }
        packet.sequence = UInt32(numbers >> 32)
        packet.acknowledgement = UInt32(truncatingIfNeeded: numbers)
        packet.tcpFlags = UInt8(truncatingIfNeeded: control >> 16)
        packet.window = UInt16(truncatingIfNeeded: control)
        let headerLength = Int(control >> 28) * 4
        guard headerLength >= 20, headerLength <= length else { return .malformed }
        return packet.leave(headerLength, of: bytes, length)
    }

    private static func udp(_ bytes: FrameBytes, _ length: Int, into packet: inout Packet) -> Refusal? {
        guard length >= 8 else { return .malformed }
        guard let ports = bytes.uint32(0) else { return .cutOff }
        packet.sourcePort = UInt16(ports >> 16)
        packet.destinationPort = UInt16(truncatingIfNeeded: ports)
        // 0 is a jumbogram's; of the first fragment, the length is the whole datagram's.
        let said = Int(bytes.uint16(4) ?? 0)
        guard said == 0 || said >= 8 else { return .malformed }
        return packet.leave(8, of: bytes, said == 0 ? length : min(said, length))
    }

    /// Ports alone, at the start of a header of `headerLength` bytes.
    private static func ported(
        _ headerLength: Int, _ bytes: FrameBytes, _ length: Int, into packet: inout Packet
    ) -> Refusal? {
        guard length >= headerLength else { return .malformed }
        guard let ports = bytes.uint32(0) else { return .cutOff }
        packet.sourcePort = UInt16(ports >> 16)
        packet.destinationPort = UInt16(truncatingIfNeeded: ports)
        return packet.leave(headerLength, of: bytes, length)
    }

    private static func icmp(_ bytes: FrameBytes, _ length: Int, into packet: inout Packet) -> Refusal? {
        guard let head = bytes.uint16(0) else { return short(bytes, 2, of: length) }
        packet.sourcePort = head >> 8
        packet.destinationPort = head & 0xff
        return packet.leave(8, of: bytes, length)
    }
}

extension Packet {
    /// The payload is what comes after `headerLength` of the `length` bytes.
    @inline(__always)
    fileprivate mutating func leave(
        _ headerLength: Int, of bytes: FrameBytes, _ length: Int
    ) -> PacketParser.Refusal? {
        payloadLength = max(0, length - headerLength)
        payload = bytes.slice(headerLength, payloadLength)
        return nil
    }
}
