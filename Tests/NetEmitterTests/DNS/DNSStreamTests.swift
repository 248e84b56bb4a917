import ExhaustCore
import ExhaustRuntime
import Testing

@testable import NetEmitter

@Suite("DNS over TCP")
struct DNSStreamTests {
    private let query = DNSBytes.framed(DNSBytes.query(7, "example.org"))
    private let other = DNSBytes.framed(DNSBytes.query(8, "example.net"))

    /// The names that were asked for, with the states of the queries.
    private func told(_ body: (inout Wire, (Packet) -> Void) -> Void) -> [String] {
        var tracker = DNSTracker()
        var told: [String] = []
        let emit: (TelemetryRecord) -> Void = {
            let name = $0.data["dns.question.name"]?.string ?? "-"
            told.append("\(name) \($0.data["exhaust.net.dns.state"]?.string ?? "-")")
        }
        var wire = Wire()
        body(&wire) { packet in tracker.take(packet, emit) }
        tracker.finish(emit)
        return told
    }

    @Test("messages are found however the stream is cut, and across the end of the sequence numbers")
    func cuts() {
        let stream = query + other
        for cut in 1..<stream.count {
            let told = told { wire, take in
                wire.clientNext = 0xffff_fff0
                wire.open(take)
                wire.tcp(fromClient: true, Array(stream[..<cut]), take)
                wire.tcp(fromClient: true, Array(stream[cut...]), take)
            }
            guard told == ["example.org unanswered", "example.net unanswered"] else {
                Issue.record("cut at \(cut): \(told)")
                return
            }
        }
    }

    @Test("segments come early, twice and overlapping, also after the end of the connection")
    func order() {
        let answer = DNSBytes.framed(DNSBytes.answer(7, "example.org"))
        let told = told { wire, take in
            wire.open(take)
            wire.tcp(fromClient: true, Array(query[10...]), ahead: 10, take)
            wire.tcp(fromClient: true, Array(query[..<12]), ahead: 0, take)
            wire.tcp(fromClient: false, flags: [.fin, .ack], ahead: answer.count, take)
            wire.tcp(fromClient: false, answer, take)
        }
        #expect(told == ["example.org answered"])
    }

    @Test("a connection is followed from anywhere, and after a hole, where a message begins")
    func holes() {
        let told = told { wire, take in
            wire.tcp(fromClient: true, [UInt8](repeating: 0xff, count: 40), take)
            wire.tcp(fromClient: true, query, take)
            for place in 1...20 { wire.tcp(fromClient: true, other, ahead: place * 1000, take) }
        }
        #expect(told.prefix(2) == ["example.org unanswered", "example.net unanswered"])
    }

    @Test("of a long message the beginning is read, and the next is found behind it")
    func long() {
        let records = (0..<1000).map { _ in DNSBytes.record(1, [1, 2, 3, 4]) }
        let long = DNSBytes.framed(DNSBytes.answer(7, "example.org", records))
        let told = told { wire, take in
            wire.open(take)
            wire.tcp(fromClient: true, query + other, take)
            let stream = long + DNSBytes.framed(DNSBytes.answer(8, "example.net"))
            for start in stride(from: 0, to: stream.count, by: 1400) {
                wire.tcp(fromClient: false, Array(stream[start..<min(start + 1400, stream.count)]), take)
            }
        }
        #expect(told == ["example.org answered", "example.net answered"])
    }

    @Test("what is kept has a bound, whoever opens connections and sends beginnings alone")
    func bounds() {
        var settings = DNSSettings()
        settings.streamBytes = 20_000
        settings.streams = 64
        var streams = DNSStreams(settings)
        var wire = Wire()
        let part = [0xff, 0xff] + [UInt8](repeating: 0, count: 3000)
        for port in UInt16(1)...500 {
            wire.clientPort = port
            wire.tcp(fromClient: true, flags: .syn) { _ = streams.take($0) }
            wire.tcp(fromClient: true, part) { _ = streams.take($0) }
            wire.tcp(fromClient: true, part, ahead: 9000) { _ = streams.take($0) }
            #expect(streams.heldBytes <= 20_000 && streams.count <= 64)
        }
        streams.expire(before: Wire.time(1))
        #expect(streams.heldBytes == 0 && streams.count == 0)
    }
}
