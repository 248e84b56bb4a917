import ExhaustCore

@testable import NetEmitter

/// Packets between a client and a server, made up.
struct Wire {
    var client = IPAddress(ipv4: 0xc000_0201)
    var server = IPAddress(ipv4: 0xc633_6402)
    var clientPort: UInt16 = 40_000
    var serverPort: UInt16 = 53
    /// Milliseconds since some second, from packet to packet.
    var clock = 0
    /// The next sequence number of each.
    var clientNext: UInt32 = 0xffff_ff00
    var serverNext: UInt32 = 7

    static func time(_ milliseconds: Int) -> Timestamp {
        Timestamp(seconds: 1_700_000_000, nanoseconds: Int64(milliseconds) * 1_000_000)
    }

    /// Hands a packet to `take`. If `captured` is less than the payload, that many bytes of it are there.
    private func packet(
        _ isClient: Bool, _ transport: UInt8, _ payload: [UInt8], captured: Int = .max, _ take: (Packet) -> Void,
        _ change: (inout Packet) -> Void = { _ in }
    ) {
        payload.withUnsafeBytes { bytes in
            var packet = Packet(
                time: Self.time(clock), frameLength: payload.count + 54, source: isClient ? client : server,
                destination: isClient ? server : client, transport: transport, ipLength: payload.count + 40,
                payload: FrameBytes(bytes).slice(0, captured))
            packet.payloadLength = payload.count
            packet.sourcePort = isClient ? clientPort : serverPort
            packet.destinationPort = isClient ? serverPort : clientPort
            change(&packet)
            take(packet)
        }
    }

    func udp(
        fromClient isClient: Bool, _ payload: [UInt8], captured: Int = .max, isFragment: Bool = false,
        _ take: (Packet) -> Void
    ) {
        packet(isClient, 17, payload, captured: captured, take) { $0.isFragment = isFragment }
    }

    /// A segment at the next sequence number, or at one that is `ahead` of it; only one in place moves that on.
    mutating func tcp(
        fromClient isClient: Bool, _ payload: [UInt8] = [], flags: TCPFlags = .ack, ahead: Int = 0,
        captured: Int = .max, _ take: (Packet) -> Void
    ) {
        let next = isClient ? clientNext : serverNext
        let length = payload.count + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
        let sequence = next &+ UInt32(truncatingIfNeeded: ahead)
        packet(isClient, 6, payload, captured: captured, take) {
            $0.tcpFlags = flags.rawValue
            $0.sequence = sequence
        }
        guard ahead == 0 else { return }
        if isClient { clientNext &+= UInt32(length) } else { serverNext &+= UInt32(length) }
    }

    /// The three packets that open a connection.
    mutating func open(_ take: (Packet) -> Void) {
        tcp(fromClient: true, flags: .syn, take)
        tcp(fromClient: false, flags: [.syn, .ack], take)
        tcp(fromClient: true, [], take)
    }
}
