import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("Community ID")
struct CommunityIDTests {
    /// What the baseline says of one direction of a flow.
    private struct Entry: Hashable {
        let transport: UInt8
        let source: String
        let destination: String
        let sourcePort: Int64?
        let destinationPort: Int64?
        let id: String

        init(_ packet: Packet, _ id: String) {
            let ports = CommunityID.ports(packet.transport, packet.sourcePort, packet.destinationPort)
            transport = packet.transport
            source = "\(packet.source)"
            destination = "\(packet.destination)"
            sourcePort = ports.map { Int64($0.source) }
            destinationPort = ports.map { Int64($0.destination) }
            self.id = id
        }

        init?(_ value: Value) {
            guard let number = value["proto"]?.int, let source = value["saddr"]?.string,
                let destination = value["daddr"]?.string, let id = value["communityid"]?.string
            else { return nil }
            transport = UInt8(number)
            self.source = source
            self.destination = destination
            sourcePort = value["sport"]?.int
            destinationPort = value["dport"]?.int
            self.id = id
        }
    }

    @Test(
        "of every flow of the specification's captures is as the baseline has it",
        arguments: [("baseline_deflt", 0), ("baseline_seed1", 1), ("baseline_nob64", 0)])
    func baseline(name: String, seed: UInt16) throws {
        guard let captures = Corpus.captures(), let folder = Corpus.folder else { return }
        let text = try FileContent.read("\(folder)community-id/baseline/\(name).json")
        let expected = try #require(try JSONReader.parse(text).list).compactMap { Entry($0) }
        #expect(expected.count == 23)
        let identifier = CommunityID(seed: seed)
        let isHexadecimal = name == "baseline_nob64"
        let single = captures.filter { $0.hasPrefix("community-id/pcaps/") && $0.hasSuffix(".pcap") }
        for files in [["community-id/pcaps/combined.pcap.gz"], single] {
            var found: Set<Entry> = []
            for file in files {
                try Corpus.read(file) { packet in
                    let id = identifier.text(of: packet)
                    found.insert(Entry(packet, isHexadecimal ? hexadecimal(id) : id))
                }
            }
            #expect(found == Set(expected), "\(files)")
        }
    }

    @Test("of the specification's tables is the same")
    func tables() throws {
        guard Corpus.captures() != nil, let folder = Corpus.folder else { return }
        let text = String(
            decoding: try FileContent.read(folder + "community-id/baseline/README.md"), as: UTF8.self)
        var (table, checked) = (0, 0)
        for line in text.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingPrefix { $0 == " " } }
                .map { $0.prefix { $0 != " " } }
            if line.contains("| Proto name") { table += 1 }
            guard cells.count > 7, let transport = UInt8(cells[2]), let source = IPAddress(String(cells[3])),
                let destination = IPAddress(String(cells[4]))
            else { continue }
            let id = CommunityID(seed: table == 2 ? 1 : 0).text(
                source: source, destination: destination, transport: transport,
                sourcePort: UInt16(cells[5]) ?? 0, destinationPort: UInt16(cells[6]) ?? 0)
            #expect((table == 3 ? hexadecimal(id) : id) == cells[7], "\(line)")
            checked += 1
        }
        #expect(checked == 48)
    }

    /// The form without base 64.
    private func hexadecimal(_ id: String) -> String {
        let digits = Array("0123456789abcdef")
        let bytes = Base64.decode(String(id.dropFirst(2))) ?? []
        return "1:" + String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
