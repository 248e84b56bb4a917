import ExhaustCore
import Testing

@Suite("Identities")
struct IdentityTests {
    @Test("host ids are one word of a routing key", arguments: ["web-01", "a", String(repeating: "x", count: 63)])
    func hosts(text: String) { #expect(HostID(text)?.description == text) }

    @Test("other host names are refused", arguments: ["", "Web", "a.b", "a_b", String(repeating: "x", count: 64), "ä"])
    func noHosts(text: String) { #expect(HostID(text) == nil) }

    @Test("a host name becomes its nearest host id")
    func hostname() {
        #expect(HostID(hostname: "Web_01.example.org")?.description == "web-01")
        #expect(HostID(hostname: "") == nil)
    }

    @Test("partitions never change, and spread hosts evenly")
    func partitions() throws {
        #expect(try #require(HostID("web-01")).partition(of: 16) == 7)
        #expect(try #require(HostID("localhost")).partition(of: 16) == 10)
        var counts = Array(repeating: 0, count: 16)
        for number in 0..<1600 { counts[try #require(HostID("host-\(number)")).partition(of: 16)] += 1 }
        #expect(counts.allSatisfy { (50...150).contains($0) })
    }

    @Test("ULIDs sort by time and are reproducible from a seed")
    func ulids() {
        var generator = SeededGenerator(seed: 1)
        let early = ULID(time: Timestamp(seconds: 1000), using: &generator).description
        let late = ULID(time: Timestamp(seconds: 1001), using: &generator).description
        #expect(early < late && early.count == 26)
        var again = SeededGenerator(seed: 1)
        #expect(ULID(time: Timestamp(seconds: 1000), using: &again).description == early)
    }

    @Test("sources come back as they went")
    func sources() throws {
        let source = EventSource(host: .localhost, role: "emitter-acct", incarnation: "01J")
        #expect(source.description == "//localhost/emitter-acct/01J")
        #expect(EventSource(source.description) == source)
        #expect(EventSource("//a/b") == nil && EventSource("/a/b/c/d") == nil)
    }

    @Test("base 64 accepts only what it writes")
    func base64() {
        for length in 0..<20 {
            let bytes = (0..<length).map { UInt8($0 * 13 & 255) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        for text in ["A", "AAA", "AA==\n", "AB==", "A===", "====", "AA=A", "AA-_"] {
            #expect(Base64.decode(text) == nil)
        }
    }
}
