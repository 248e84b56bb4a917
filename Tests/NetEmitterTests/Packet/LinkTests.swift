import Testing

@testable import NetEmitter

@Suite("Frames")
struct LinkTests {
    private static let datagram = Raw.udp(1000, 53, [1, 2, 3])
    private static let four = Raw.ipv4(17, datagram)
    private static let six = Raw.ipv6(17, datagram)

    /// Frames around `four`, as hexadecimal digits before it.
    private static let linkTypes: [(LinkType, String)] = [
        (.raw, ""), (.rawBSD, ""), (.rawOpenBSD, ""), (.ipv4, ""),
        (.null, "02000000"), (.null, "00000002"), (.loop, "00000002"),
        (.ppp, "0021"), (.ppp, "ff030021"), (.ppp, "21"), (.pppSerial, "ff030021"), (.pppSerial, "0f000800"),
        (.ciscoHDLC, "8f000800"), (.pppoe, "11000001 0025 0021"),
        (.linuxCooked, "0000 0001 0006 0a0000000002 0000 0800"),
        (.linuxCooked2, "0800 0000 00000002 0001 00 06 0a0000000002 0000"),
        (.nflog, "02 00 0000 0800 0100 00000000 0700 0a00 6162 6300 2700 0900"),
        (.wireless, "0802 0000 0a0000000001 0a0000000009 0a0000000002 1000 aaaa03 000000 0800"),
        (.wireless, "8803 0000 0a0000000001 0a0000000009 0a0000000002 1000 0a0000000007 0000 aaaa03 000000 0800"),
        (
            .wireless,
            "8802 0000 0a0000000001 0a0000000009 0a0000000002 1000 8000 0a0000000001 0a0000000002 0027 "
                + "aaaa03 000000 0800"
        ),
        (
            .radiotap,
            "00 00 0a00 00000000 0000 0802 0000 0a0000000001 0a0000000009 0a0000000002 1000 "
                + "aaaa03 000000 0800"
        ),
    ]

    @Test("of every link type lead to their packet", arguments: linkTypes)
    func links(type: LinkType, before: String) {
        #expect(PacketParser.seen(Raw.hex(before) + Self.four, type) == PacketParser.seen(Self.four, .raw))
    }

    /// What may stand between an Ethernet header's addresses and IPv4.
    private static let headers: [(String, vlan: Int16, inner: Int16)] = [
        ("0800", -1, -1), ("8100 6064 0800", 100, -1), ("88a8 0064 8100 0065 0800", 100, 101),
        ("8100 0001 8100 0002 8100 0003 0800", 1, 2), ("9100 0fff 0800", 4095, -1),
        ("8847 00010040 00011140", -1, -1), ("8847 00010140", -1, -1),
        ("8848 00010140 00000000 0a0000000003 0a0000000004 0800", -1, -1),
        ("8864 1100 0001 0025 0021", -1, -1), ("0025 aaaa03 000000 0800", -1, -1), ("0025 060603", -1, -1),
        ("8926 00000000 0800", -1, -1), ("8903 0060 0a0000000003 0a0000000004 0800", -1, -1),
        ("88a8 0005 88e7 00000001 0a0000000003 0a0000000004 8100 0006 0800", 5, 6),
    ]

    @Test("with tags and labels do, too", arguments: headers)
    func tags(types: String, vlan: Int16, inner: Int16) {
        var found: [Int16] = []
        let frame = Raw.hex("0a0000000001 0a0000000002" + types) + Self.four
        let refusal = PacketParser.read(frame) { found += [$0.vlan, $0.innerVLAN] }
        #expect(refusal == nil && found == [vlan, inner])
        #expect(PacketParser.seen(frame) == PacketParser.seen(Self.four, .raw))
    }

    @Test("have their addresses")
    func addresses() {
        _ = PacketParser.read(Raw.ethernet(0x86dd, Self.six)) {
            #expect($0.destinationMAC == 0x0a_0000_0000_01 && $0.sourceMAC == 0x0a_0000_0000_02)
            #expect("\($0.source) \($0.destination)" == "2001:db8::1 2001:db8::2" && $0.hopLimit == 64)
        }
        _ = PacketParser.read(Raw.hex("0000 0001 0006 0a0000000002 0000 0800") + Self.four, .linuxCooked) {
            #expect($0.destinationMAC == 0 && $0.sourceMAC == 0x0a_0000_0000_02)
        }
    }

    private static let withoutPacket: [(LinkType, String, PacketParser.Refusal)] = [
        (LinkType(rawValue: 147), "45", .unknownLink), (.ethernet, "", .cutOff), (.raw, "", .cutOff),
        (.raw, "50", .malformed), (.ethernet, "0a0000000001 0a0000000002 0806 0001", .notIP),
        (.ethernet, "0a0000000001 0a0000000002 8863 1109", .notIP),
        (.ethernet, "0a0000000001 0a0000000002 0026 424203", .notIP),
        (.ethernet, "0a0000000001 0a0000000002" + String(repeating: "8100 0001", count: 17) + "0800", .tooDeep),
        (.ethernet, "0a0000000001 0a0000000002 8847 00010040", .cutOff),
        // A beacon, an encrypted frame, and one without data.
        (.wireless, "8000 0000" + String(repeating: "00", count: 30), .notIP),
        (.wireless, "0842 0000" + String(repeating: "00", count: 30), .notIP),
        (.wireless, "4802 0000" + String(repeating: "00", count: 30), .notIP),
        (.null, "07000000 45", .notIP), (.nflog, "02 00 0000 0000 0000", .malformed), (.pppoe, "1109", .malformed),
        (.ppp, "c021 01", .notIP),
    ]

    @Test("without a packet are counted by their reason", arguments: withoutPacket)
    func others(type: LinkType, bytes: String, reason: PacketParser.Refusal) {
        #expect(PacketParser.read(Raw.hex(bytes), type) == reason)
    }
}
