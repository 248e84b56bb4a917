import Testing

@testable import NetEmitter

@Suite("Captures of others")
struct CorpusTests {
    /// What has no packet to tell of: ARP; PPPoE's discovery and PPP's own protocols; frames that end within the IP
    /// header, or whose header is shorter than it can be; a tunnel that holds a version of IP that there is not.
    private static let refused: [String: [PacketParser.Refusal: UInt64]] = [
        "community-id/pcaps/arp.pcap": [.notIP: 6],
        "community-id/pcaps/combined.pcap.gz": [.notIP: 6],
        "zeek/pppoe.pcap": [.notIP: 40],
        "zeek/trunc/ip4-trunc.pcap": [.cutOff: 1],
        "zeek/trunc/ipv4-truncated-broken-header.pcap": [.malformed: 1],
        "zeek/tunnels/mpls-6in6-6in6-invalid-version-6.pcap": [.malformed: 1],
    ]

    @Test("are read to their end without an error, and every frame is a packet or known to be none")
    func all() throws {
        guard let captures = Corpus.captures() else { return }
        var packets = 0
        for name in captures {
            let parser = try Corpus.read(name) { _ in packets += 1 }
            let counts = PacketParser.Refusal.allCases.map { ($0, parser.count(of: $0)) }.filter { $0.1 > 0 }
            #expect(Dictionary(uniqueKeysWithValues: counts) == Self.refused[name] ?? [:], "\(name)")
        }
        print("read \(captures.count) captures with \(packets) packets")
    }
}
