import ExhaustCore

@testable import NetEmitter

/// Frames for tests, from the inside out: `ethernet(0x0800, ipv4(17, udp(53, 1024, "x")))`.
enum Raw {
    static func hex(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    static func number<Number: FixedWidthInteger>(_ number: Number, isBigEndian: Bool = true) -> [UInt8] {
        withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Array($0) }
    }

    static func ethernet(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
        hex("0a0000000001 0a0000000002") + number(type) + payload
    }

    /// From 192.0.2.1 to 198.51.100.2; `place` is the flags and offset of a fragment.
    static func ipv4(
        _ transport: UInt8, _ payload: [UInt8], options: [UInt8] = [], length: Int? = nil, place: UInt16 = 0
    ) -> [UInt8] {
        let header = 20 + options.count
        return [0x40 | UInt8(header / 4), 0] + number(UInt16(length ?? header + payload.count)) + hex("1234")
            + number(place) + [64, transport] + hex("0000 c0000201 c6336402") + options + payload
    }

    /// From 2001:db8::1 to 2001:db8::2.
    static func ipv6(_ next: UInt8, _ payload: [UInt8], length: Int? = nil) -> [UInt8] {
        let address = hex("20010db8 00000000 00000000 000000")
        return hex("60000000") + number(UInt16(length ?? payload.count)) + [next, 64] + address + [1] + address + [2]
            + payload
    }

    static func udp(_ source: UInt16, _ destination: UInt16, _ payload: [UInt8], length: Int? = nil) -> [UInt8] {
        number(source) + number(destination) + number(UInt16(length ?? 8 + payload.count)) + [0, 0] + payload
    }

    static func tcp(
        _ source: UInt16, _ destination: UInt16, flags: UInt8, options: [UInt8] = [], _ payload: [UInt8] = []
    ) -> [UInt8] {
        number(source) + number(destination) + hex("01020304 05060708") + [UInt8(20 + options.count) << 2, flags]
            + hex("fff0 0000 0000") + options + payload
    }
}

/// What a test asks of a packet, whose payload is gone when the parser returns.
struct Seen: Equatable {
    var source: String
    var destination: String
    var transport: UInt8
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
    var payloadLength = 0
    var payload: [UInt8] = []

    init(_ packet: Packet) {
        source = "\(packet.source)"
        destination = "\(packet.destination)"
        transport = packet.transport
        sourcePort = packet.sourcePort
        destinationPort = packet.destinationPort
        payloadLength = packet.payloadLength
        payload = Array(packet.payload.bytes)
    }
}

extension PacketParser {
    /// Parses `bytes`, of which `captured` were captured, and hands each packet to `body`; gives the first refusal.
    static func read(
        _ bytes: [UInt8], _ linkType: LinkType = .ethernet, captured: Int? = nil, _ body: (Packet) -> Void = { _ in }
    ) -> Refusal? {
        var parser = PacketParser()
        bytes.prefix(captured ?? bytes.count).withUnsafeBytes { buffer in
            var next = parser.parse(
                FrameBytes(buffer), linkType: linkType, time: Timestamp(seconds: 1), frameLength: bytes.count)
            while let packet = next {
                body(packet)
                next = parser.inner(of: packet)
            }
        }
        return Refusal.allCases.first { parser.count(of: $0) > 0 }
    }

    /// The packets of `bytes`, outermost first.
    static func seen(_ bytes: [UInt8], _ linkType: LinkType = .ethernet, captured: Int? = nil) -> [Seen] {
        var seen: [Seen] = []
        _ = read(bytes, linkType, captured: captured) { seen.append(Seen($0)) }
        return seen
    }
}
