import Testing

@testable import NetEmitter

@Suite("Tunnels")
struct TunnelTests {
    private static let inner = Raw.ipv6(17, Raw.udp(1000, 53, [1, 2, 3]))
    private static let frame = Raw.ethernet(0x86dd, inner)

    private static let kinds: [(String, [UInt8])] = [
        ("6in4", Raw.ipv4(41, inner)), ("6in6", Raw.ipv6(41, inner)),
        ("MPLS in IP", Raw.ipv4(137, Raw.hex("00010140") + inner)),
        ("GRE", Raw.ipv4(47, Raw.hex("0000 86dd") + inner)),
        ("GRE with options", Raw.ipv4(47, Raw.hex("b000 86dd 00000000 00000001 00000002") + inner)),
        ("GRE with Ethernet", Raw.ipv4(47, Raw.hex("2000 6558 00000001") + frame)),
        ("PPTP", Raw.ipv4(47, Raw.hex("3081 880b 0000 0001 00000001 00000002 ff03 0057") + inner)),
        ("ERSPAN I", Raw.ipv4(47, Raw.hex("0000 88be") + frame)),
        ("ERSPAN II", Raw.ipv4(47, Raw.hex("1000 88be 00000001 1001 0000 00000000") + frame)),
        ("ERSPAN III", Raw.ipv4(47, Raw.hex("1000 22eb 00000001 2001 0000 00000000 00000000") + frame)),
        ("VXLAN", Raw.ipv4(17, Raw.udp(40000, 4789, Raw.hex("08000000 00002a00") + frame))),
        ("Geneve", Raw.ipv4(17, Raw.udp(40000, 6081, Raw.hex("01006558 00002a00 00000000") + frame))),
        ("GTP", Raw.ipv4(17, Raw.udp(2152, 2152, Raw.hex("30ff 0033 00000001") + inner))),
        (
            "GTP with an extension",
            Raw.ipv4(17, Raw.udp(2152, 2152, Raw.hex("34ff 003b 00000001 0000 00 85 01 000000") + inner))
        ),
        ("Teredo", Raw.ipv4(17, Raw.udp(40000, 3544, inner))),
        (
            "Teredo with indications",
            Raw.ipv4(
                17,
                Raw.udp(3544, 40000, Raw.hex("0001 0000 0000000000000000 00 0000 63bf 3fff fdfe") + inner))
        ),
    ]

    @Test("give the packet that they carry", arguments: kinds)
    func carriers(name: String, packet: [UInt8]) {
        let seen = PacketParser.seen(packet, .raw)
        #expect(seen.count == 2 && seen.last == PacketParser.seen(Self.inner, .raw).first)
        #expect(PacketParser.read(packet, .raw) == nil)
    }

    @Test("are taken for what they are only if they look like it")
    func others() {
        for payload in ["08000001 00000000", "0a", "00000000 00002a00"] {
            #expect(PacketParser.seen(Raw.ipv4(17, Raw.udp(1, 4789, Raw.hex(payload))), .raw).count == 1)
        }
        #expect(PacketParser.seen(Raw.ipv4(17, Raw.udp(1, 2152, Raw.hex("3201 0000"))), .raw).count == 1)
        #expect(PacketParser.seen(Raw.ipv4(47, Raw.hex("4000 0800 00000000") + Self.inner), .raw).count == 1)
    }

    @Test("within tunnels are followed so far, and tell how deep")
    func depth() {
        let packet = (0..<6).reduce(Raw.ipv4(17, Raw.udp(1, 2, []))) { inner, _ in Raw.ipv4(4, inner) }
        var depths: [UInt8] = []
        #expect(PacketParser.read(packet, .raw) { depths.append($0.tunnelDepth) } == .tooDeep)
        #expect(depths == Array(0...PacketParser.tunnelLimit))
    }

    @Test("have VLANs of their own")
    func vlans() {
        let tagged = Raw.hex("0a0000000003 0a0000000004 8100 0007 86dd") + Self.inner
        let carrier = Raw.ipv4(17, Raw.udp(40000, 4789, Raw.hex("08000000 00002a00") + tagged))
        var found: [Int16] = []
        _ = PacketParser.read(Raw.hex("0a0000000001 0a0000000002 8100 0005 0800") + carrier) { found.append($0.vlan) }
        #expect(found == [5, 7])
    }
}
