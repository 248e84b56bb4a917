import Testing

@testable import NetEmitter

@Suite("Packets")
struct PacketTests {
    @Test("of TCP have their numbers, and their payload without options and padding")
    func tcp() {
        let segment = Raw.tcp(1000, 80, flags: 0x18, options: [1, 1, 1, 0], Array("hello".utf8))
        let frame = Raw.ethernet(0x0800, Raw.ipv4(6, segment, options: [1, 1, 1, 1])) + [0, 0, 0]
        let refusal = PacketParser.read(frame) { packet in
            #expect(packet.sourcePort == 1000 && packet.destinationPort == 80 && packet.tcpFlags == 0x18)
            #expect(packet.sequence == 0x0102_0304 && packet.acknowledgement == 0x0506_0708)
            #expect(packet.window == 0xfff0 && packet.ipLength == 24 + 24 + 5 && packet.frameLength == frame.count)
            #expect(packet.payloadLength == 5 && Array(packet.payload.bytes) == Array("hello".utf8))
            #expect(packet.time.seconds == 1 && !packet.isFragment && packet.hopLimit == 64)
        }
        #expect(refusal == nil)
    }

    @Test("that were captured in part say the same, or nothing")
    func parts() throws {
        let options: [UInt8] = [6, 0, 5, 2, 0, 0, 0, 0]
        let whole = [
            Raw.ethernet(0x0800, Raw.ipv4(6, Raw.tcp(1000, 80, flags: 2, [1, 2, 3]), options: [1, 1, 1, 1])),
            Raw.ethernet(0x86dd, Raw.ipv6(0, options + Raw.tcp(1000, 80, flags: 2, [1, 2, 3]))),
            Raw.ethernet(0x0800, Raw.ipv4(17, Raw.udp(1000, 80, [1, 2, 3]))),
        ]
        for frame in whole {
            let expected = try #require(PacketParser.seen(frame).first)
            var smallest = frame.count
            for captured in (0...frame.count).reversed() {
                guard let part = PacketParser.seen(frame, captured: captured).first else {
                    #expect(PacketParser.read(frame, captured: captured) == .cutOff)
                    continue
                }
                smallest = captured
                #expect(part.source == expected.source && part.destination == expected.destination)
                #expect(part.sourcePort == 1000 && part.destinationPort == 80 && part.payloadLength == 3)
                #expect(part.payload == Array(expected.payload.prefix(max(0, 3 - (frame.count - captured)))))
            }
            // Ethernet, IP with options, ports.
            #expect(smallest == frame.count - 3 - (expected.transport == 6 ? 16 : 4))
        }
    }

    @Test("of IPv6 may have headers before the transport's")
    func extensions() {
        let datagram = Raw.udp(1000, 53, [1, 2, 3])
        let headers = Raw.hex(
            "2b00 050200000000 3c 02 0400 00000000 " + "0000000000000000 0000000000000000 33 00 0104 00000000"
                + "11 02 0000 00000001 00000002 00000003")
        let packet = PacketParser.seen(Raw.ipv6(0, headers + datagram), .raw).first
        #expect(packet?.transport == 17 && packet?.destinationPort == 53 && packet?.payload == [1, 2, 3])
        let authenticated = Raw.ipv4(51, Raw.hex("11 02 0000 00000001 00000002 00000003") + datagram)
        #expect(PacketParser.seen(authenticated, .raw).first?.destinationPort == 53)
        let nothing = PacketParser.seen(Raw.ipv6(59, []), .raw).first
        #expect(nothing?.transport == 59 && nothing?.payloadLength == 0)
        let endless = Array(repeating: Raw.hex("3c00 010400000000"), count: 33).flatMap(\.self)
        #expect(PacketParser.read(Raw.ipv6(60, endless), .raw) == .tooDeep)
    }

    @Test("in fragments say what they belong to, and only the first has ports")
    func fragments() {
        let datagram = Raw.udp(1000, 53, [1, 2, 3], length: 3000)
        var found: [(Bool, Bool, UInt32, UInt16, Int)] = []
        let note = { (packet: Packet) in
            found.append(
                (
                    packet.isFragment, packet.isLaterFragment, packet.fragmentID, packet.destinationPort,
                    packet.payloadLength
                ))
        }
        let frames = [
            Raw.ipv4(17, datagram, place: 0x2000), Raw.ipv4(17, datagram, place: 0x00b9),
            Raw.ipv6(44, Raw.hex("1100 0001 00056789") + datagram),
            Raw.ipv6(44, Raw.hex("1100 05c8 00056789") + datagram),
            // One that is whole (RFC 6946).
            Raw.ipv6(44, Raw.hex("1100 0000 00056789") + datagram),
        ]
        for frame in frames { #expect(PacketParser.read(frame, .raw, note) == nil) }
        let expected: [(Bool, Bool, UInt32, UInt16, Int)] = [
            (true, false, 0x1234, 53, 3), (true, true, 0x1234, 0, 11), (true, false, 0x56789, 53, 3),
            (true, true, 0x56789, 0, 11), (false, false, 0x56789, 53, 3),
        ]
        #expect(found.elementsEqual(expected, by: ==))
    }

    @Test("have the length of their frame where their header has none, and never a greater one")
    func lengths() {
        let segment = Raw.tcp(1000, 80, flags: 0x10, [UInt8](repeating: 7, count: 900))
        for packet in [
            Raw.ipv4(6, segment, length: 0), Raw.ipv4(6, segment, length: 2000),
            Raw.ipv6(6, segment, length: 0), Raw.ipv6(6, segment, length: 2000),
        ] {
            _ = PacketParser.read(packet, .raw, captured: 100) {
                #expect($0.ipLength == packet.count && $0.payloadLength == 900)
            }
        }
    }

    @Test("of a log end where the log says, however much was captured")
    func logged() {
        let packet = Raw.ipv4(17, Raw.udp(1000, 53, [1, 2, 3]), length: 0)
        let frame = Raw.hex("02 00 0000 2300 0900") + packet + Raw.hex("00 0800 0500 00000001")
        for captured in [frame.count, 36] {
            _ = PacketParser.read(frame, .nflog, captured: captured) { #expect($0.ipLength == packet.count) }
        }
    }

    @Test("of ICMP have type and code for ports")
    func icmp() {
        let message = Raw.hex("03 0a 0000 00000000") + [1, 2, 3]
        let packet = PacketParser.seen(Raw.ipv4(1, message), .raw).first
        #expect(packet?.sourcePort == 3 && packet?.destinationPort == 10 && packet?.payload == [1, 2, 3])
    }

    private static let contradictions: [[UInt8]] = [
        Raw.ipv4(17, Raw.udp(1, 2, []), length: 19), [0x44] + Raw.ipv4(17, []).dropFirst(),
        Raw.ipv4(6, Raw.hex("0001 0002 00000000")), Raw.ipv4(17, Raw.hex("0001")),
        Raw.ipv4(17, Raw.udp(1, 2, [], length: 7)), Raw.ipv4(1, [8]), Raw.ipv4(132, Raw.hex("00010002")),
        Raw.ipv4(6, Raw.hex("0001 0002 00000000 00000000 40 02 0000 0000 0000")),
        Raw.ipv4(6, Raw.hex("0001 0002 00000000 00000000 f0 02 0000 0000 0000")),
        Raw.ipv6(0, Raw.hex("11 05 0104 00000000") + Raw.udp(1, 2, [])), Raw.ipv6(43, [6]),
    ]

    @Test("that contradict themselves are refused", arguments: contradictions)
    func malformed(packet: [UInt8]) {
        #expect(PacketParser.read(packet, .raw) == .malformed)
    }
}
