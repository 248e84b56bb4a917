import ExhaustCore
import ExhaustRuntime
import Testing

@testable import NetEmitter

@Suite("Queries and answers")
struct DNSTrackerTests {
    private let query = DNSBytes.query(7, "example.org")
    private let answer = DNSBytes.answer(7, "Example.ORG", [DNSBytes.record(1, [192, 0, 2, 9])])

    /// What `body` makes the tracker tell, and what it tells at its end.
    private func records(
        _ settings: DNSSettings = DNSSettings(), _ body: (inout Wire, (Packet) -> Void) -> Void
    ) -> [ValueMap] {
        var tracker = DNSTracker(settings)
        var records: [TelemetryRecord] = []
        var wire = Wire()
        body(&wire) { packet in tracker.take(packet) { records.append($0) } }
        tracker.finish { records.append($0) }
        #expect(records.allSatisfy { $0.type == .netDNS })
        return records.map(\.data)
    }

    private func states(of records: [ValueMap]) -> [String?] { records.map { $0["exhaust.net.dns.state"]?.string } }

    @Test("an answer is told with its query and the time that it took")
    func answered() {
        let records = records { wire, take in
            wire.udp(fromClient: true, query, take)
            wire.clock = 25
            wire.udp(fromClient: false, answer, take)
        }
        #expect(records.count == 1)
        let expected: [String: Value] = [
            "source.address": "192.0.2.1", "source.port": 40_000, "destination.address": "198.51.100.2",
            "destination.port": 53, "network.transport": "udp", "network.type": "ipv4", "dns.type": "answer",
            "dns.id": "7", "dns.question.name": "example.org", "dns.question.type": "A", "dns.question.class": "IN",
            "dns.response_code": "NOERROR", "dns.resolved_ip": ["192.0.2.9"], "dns.answers_count": 1,
            "dns.header_flags": ["RD", "RA"], "exhaust.net.dns.state": "answered",
            "event.start": "2023-11-14T22:13:20.000Z",
            "exhaust.net.dns.latency_seconds": 0.025, "exhaust.net.dns.query_bytes": 29,
            "dns.answers": [["name": "Example.ORG", "type": "A", "class": "IN", "ttl": 60, "data": "192.0.2.9"]],
        ]
        for (key, value) in expected { #expect(records.first?[key] == value, "\(key)") }
    }

    @Test("a query that is sent again is one, and an answer that comes again is none")
    func again() {
        let records = records { wire, take in
            wire.udp(fromClient: true, query, take)
            wire.udp(fromClient: true, query, take)
            wire.udp(fromClient: false, answer, take)
            wire.udp(fromClient: false, answer, take)
        }
        #expect(states(of: records) == ["answered"])
        #expect(records.first?["exhaust.net.dns.retransmissions"] == 1)
    }

    @Test("without an answer in time a query is told when the time is over, or the capture")
    func unanswered() {
        var tracker = DNSTracker()
        var records: [TelemetryRecord] = []
        var wire = Wire()
        wire.udp(fromClient: true, query) { packet in tracker.take(packet) { records.append($0) } }
        tracker.expire(now: Wire.time(10_000)) { records.append($0) }
        #expect(records.isEmpty)
        tracker.expire(now: Wire.time(10_001)) { records.append($0) }
        #expect(records.map(\.time) == [Wire.time(10_000)])
        #expect(records.first?.data["dns.type"] == "query")
        wire.clock = 20_000
        wire.udp(fromClient: true, query) { packet in tracker.take(packet) { records.append($0) } }
        tracker.finish { records.append($0) }
        #expect(states(of: records.map(\.data)) == ["unanswered", "unanswered"])
        #expect(records.last?.time == Wire.time(20_000))
    }

    @Test("an answer to another question, id, or port is one that nobody asked for")
    func unasked() {
        let records = records { wire, take in
            wire.udp(fromClient: true, query, take)
            wire.udp(fromClient: false, DNSBytes.answer(7, "example.net"), take)
            wire.udp(fromClient: false, DNSBytes.answer(8, "example.org"), take)
            wire.clientPort += 1
            wire.udp(fromClient: false, answer, take)
            wire.clientPort -= 1
            wire.udp(fromClient: false, answer, take)
        }
        #expect(states(of: records) == ["unasked", "unasked", "unasked", "answered"])
    }

    @Test("another question under the same id puts an end to the first, and an error without a question answers")
    func replaced() {
        let records = records { wire, take in
            wire.udp(fromClient: true, query, take)
            wire.udp(fromClient: true, DNSBytes.query(7, "example.net"), take)
            wire.udp(fromClient: false, DNSBytes.header(7, flags: 0x8005), take)
        }
        #expect(states(of: records) == ["unanswered", "answered"])
        #expect(records.last?["dns.question.name"] == "example.net")
        #expect(records.last?["dns.response_code"] == "REFUSED")
    }

    @Test("more queries than may wait push the oldest out, which is counted")
    func evicted() {
        var settings = DNSSettings()
        settings.pending = 4
        var tracker = DNSTracker(settings)
        var told: [String?] = []
        let wire = Wire()
        for id in 0..<10 {
            wire.udp(fromClient: true, DNSBytes.query(id, "example.org")) { packet in
                tracker.take(packet) { told.append($0.data["exhaust.net.dns.state"]?.string) }
            }
        }
        #expect(told == [String?](repeating: "evicted", count: 6) && tracker.evicted == 6)
    }

    @Test("what is malformed is told with the reason, what the capture or the network cut as incomplete")
    func malformed() {
        let records = records { wire, take in
            wire.udp(fromClient: true, [1, 2, 3], take)
            wire.udp(fromClient: false, Array(answer.dropLast(2)), take)
            wire.udp(fromClient: false, answer, captured: 40, take)
            wire.udp(fromClient: false, Array(answer.dropLast(2)), isFragment: true, take)
        }
        #expect(states(of: records) == ["unpaired", "unasked", "unasked", "unasked"])
        let problems = records.map { $0["exhaust.net.dns.problem"]?.string }
        #expect(problems == ["query: it is shorter than a header", "answer: it ends in the answer section", nil, nil])
        #expect(records.map { $0["exhaust.net.dns.incomplete"] } == [nil, nil, true, true])
        #expect(records.first?["dns.type"] == nil && records[2]["dns.question.name"] == "Example.ORG")
    }

    @Test("multicast DNS and LLMNR are told message by message, if wanted")
    func local() {
        func send(_ wire: inout Wire, _ take: (Packet) -> Void) {
            wire.serverPort = 5353
            wire.clientPort = 5353
            wire.udp(
                fromClient: true,
                DNSBytes.header(0, flags: 0x8400, 0, 1) + DNSBytes.record(12, [0], name: [0], class: 0x8001), take)
            wire.clientPort = 40_000
            wire.serverPort = 5355
            wire.udp(fromClient: true, query, take)
        }
        let told = records { send(&$0, $1) }
        #expect(told.map { $0["network.protocol.name"] } == ["mdns", "llmnr"])
        #expect(states(of: told) == ["unpaired", "unpaired"])
        #expect(told.first?["dns.answers"] == [["name": ".", "type": "PTR", "class": "IN", "ttl": 60, "data": "."]])
        #expect(told.first?["dns.header_flags"] == ["AA"])
        var settings = DNSSettings()
        settings.localNames = false
        #expect(records(settings) { send(&$0, $1) }.isEmpty)
    }
}
