import ExhaustCore
import ExhaustRuntime
import Testing

@testable import NetEmitter

@Suite("Beginnings of TLS connections")
struct HandshakeTrackerTests {
    private let hello = TLSBytes.records(TLSBytes.clientHello(TLSBytes.usual))
    private let answer = TLSBytes.records(TLSBytes.serverHello(TLSBytes.version13))

    private func records(_ body: (inout Wire, (Packet) -> Void) -> Void) -> [ValueMap] {
        var tracker = HandshakeTracker()
        var records: [TelemetryRecord] = []
        var wire = Wire()
        wire.serverPort = 4433
        body(&wire) { packet in tracker.take(packet) { records.append($0) } }
        tracker.finish { records.append($0) }
        #expect(records.allSatisfy { $0.type == .netTLS })
        return records.map(\.data)
    }

    private func states(of records: [ValueMap]) -> [String?] { records.map { $0["exhaust.net.tls.state"]?.string } }

    @Test("are told once the server has answered, with what both said and the time between")
    func answered() {
        let records = records { wire, take in
            wire.open(take)
            wire.clock = 5
            wire.tcp(fromClient: true, hello, take)
            wire.clock = 20
            wire.tcp(fromClient: false, answer + answer, take)
            wire.tcp(fromClient: true, hello, take)
            wire.tcp(fromClient: true, flags: [.fin, .ack], take)
            wire.tcp(fromClient: false, flags: [.fin, .ack], take)
        }
        #expect(records.count == 1)
        let expected: [String: Value] = [
            "source.port": 40_000, "destination.port": 4433, "network.transport": "tcp",
            "tls.client.server_name": "www.example.org", "tls.protocol.name": "tls", "tls.protocol.version": "1.3",
            "tls.cipher": "TLS_AES_128_GCM_SHA256", "tls.resumed": false, "exhaust.net.tls.state": "answered",
            "exhaust.net.tls.client.protocols": ["h2", "http/1.1"],
            "exhaust.net.tls.client.versions": ["TLS 1.3", "TLS 1.2"],
            "exhaust.net.tls.latency_seconds": 0.015, "event.start": "2023-11-14T22:13:20.005Z",
        ]
        for (key, value) in expected { #expect(records.first?[key] == value, "\(key)") }
    }

    @Test("are found however hello and answer are cut and in whatever order the segments come")
    func cuts() {
        for cut in 1..<hello.count {
            let records = records { wire, take in
                wire.open(take)
                wire.tcp(fromClient: true, Array(hello[cut...]), ahead: cut, take)
                wire.tcp(fromClient: true, Array(hello[..<cut]), take)
                for byte in answer { wire.tcp(fromClient: false, [byte], take) }
            }
            guard states(of: records) == ["answered"], records[0]["tls.client.server_name"] == "www.example.org" else {
                Issue.record("cut at \(cut): \(records)")
                return
            }
        }
    }

    @Test("need no opening, and may come late, as after STARTTLS, with other talk before")
    func late() {
        let records = records { wire, take in
            wire.tcp(fromClient: false, Array("220 mail ESMTP\r\n".utf8), take)
            wire.tcp(fromClient: true, Array("STARTTLS\r\n".utf8), take)
            wire.tcp(fromClient: false, Array("220 go\r\n".utf8), take)
            wire.tcp(fromClient: true, hello, take)
            wire.tcp(fromClient: false, answer, take)
        }
        #expect(states(of: records) == ["answered"])
        let half = self.records { wire, take in wire.tcp(fromClient: false, answer, take) }
        #expect(half.first?["source.port"] == 40_000 && half.first?["tls.client.server_name"] == nil)
    }

    @Test("end in an alert, another protocol, silence, or a reset, which is told")
    func failures() {
        #expect(state(after: [0x15, 3, 1, 0, 2, 2, 40]) == ["alert"])
        #expect(state(after: Array("HTTP/1.1 400".utf8)) == ["not_tls"])
        #expect(state(after: [], flags: .rst) == ["unanswered"])
        #expect(state(after: [], flags: .rst, clock: 31_000) == ["unanswered"])
        #expect(state(after: []) == ["unanswered"])
        // Of the answer, the capture lost the beginning.
        #expect(state(after: [1, 2, 3], ahead: 1000, count: 20) == ["unseen"])
    }

    /// What is told of a connection in which the server says this after the hello.
    private func state(
        after payload: [UInt8], flags: TCPFlags = .ack, clock: Int = 0, ahead: Int = 0, count: Int = 1
    ) -> [String?] {
        let records = records { wire, take in
            wire.open(take)
            wire.tcp(fromClient: true, hello, take)
            wire.clock = clock
            for place in 1...count { wire.tcp(fromClient: false, payload, flags: flags, ahead: ahead * place, take) }
        }
        return states(of: records)
    }

    @Test("that the capture cuts off are read as far as they go")
    func cut() {
        let records = records { wire, take in
            wire.open(take)
            wire.tcp(fromClient: true, hello, captured: 90, take)
            wire.tcp(fromClient: false, answer, captured: 50, take)
        }
        #expect(states(of: records) == ["answered"])
        #expect(
            records.first?["exhaust.net.tls.incomplete"] == true && records.first?["exhaust.net.tls.problem"] == nil)
    }

    @Test("of a session that goes on, and of a server that asks again, say so")
    func resumed() {
        let session = [UInt8](repeating: 5, count: 32)
        let records = records { wire, take in
            wire.tcp(fromClient: true, TLSBytes.records(TLSBytes.clientHello(nil, session: session)), take)
            wire.tcp(
                fromClient: false, TLSBytes.records(TLSBytes.serverHello(nil, session: session, cipher: 0xfefe)), take)
        }
        #expect(records.first?["tls.resumed"] == true && records.first?["tls.cipher"] == "0xFEFE")
        let again = self.records { wire, take in
            wire.tcp(fromClient: true, hello, take)
            let random = TLSBytes.retryRandom
            wire.tcp(
                fromClient: false, TLSBytes.records(TLSBytes.serverHello(TLSBytes.version13, random: random)), take)
        }
        #expect(again.first?["exhaust.net.tls.hello_retry"] == true && again.first?["tls.resumed"] == nil)
    }

    @Test("are kept in bounded memory, whatever is sent, and the oldest are told and counted as they go")
    func bounds() {
        var settings = HandshakeSettings()
        settings.streams = 64
        settings.streamBytes = 50_000
        var tracker = HandshakeTracker(settings)
        var told = 0
        var wire = Wire()
        let part = Array(hello.prefix(80)) + [UInt8](repeating: 0, count: 5000)
        let big = TLSBytes.records(TLSBytes.message(1, Array(part.dropFirst(9)) + [UInt8](repeating: 0, count: 60_000)))
        for port in UInt16(1)...2000 {
            wire.clientPort = port
            func take(_ packet: Packet) { tracker.take(packet) { _ in told += 1 } }
            wire.tcp(fromClient: true, flags: .syn, take)
            wire.tcp(fromClient: true, Array(big.prefix(3000)), take)
            wire.tcp(fromClient: false, Array(big.prefix(4000)), ahead: 4000, take)
            guard tracker.heldBytes <= 50_000, tracker.count <= 64 else {
                Issue.record("\(tracker.heldBytes) bytes of \(tracker.count)")
                return
            }
        }
        #expect(tracker.evicted >= 1936)
        #expect(told == tracker.evicted)
        tracker.expire(now: Wire.time(31_000)) { _ in }
        #expect(tracker.heldBytes == 0 && tracker.count == 0)
    }
}
