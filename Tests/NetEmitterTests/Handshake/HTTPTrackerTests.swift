import ExhaustCore
import ExhaustRuntime
import Testing

@testable import NetEmitter

@Suite("HTTP requests")
struct HTTPTrackerTests {
    private func records(
        _ detail: HandshakeSettings.HTTPDetail = .path, _ body: (inout Wire, (Packet) -> Void) -> Void
    ) -> [ValueMap] {
        var settings = HandshakeSettings()
        settings.http = detail
        var tracker = HandshakeTracker(settings)
        var records: [TelemetryRecord] = []
        var wire = Wire()
        wire.serverPort = 8080
        body(&wire) { packet in tracker.take(packet) { records.append($0) } }
        tracker.finish { records.append($0) }
        return records.map(\.data)
    }

    private func lines(_ records: [ValueMap]) -> [String] {
        records.map {
            let status = $0["http.response.status_code"]?.int.map { " \($0)" } ?? ""
            return "\($0["http.request.method"]?.string ?? "-") \($0["url.path"]?.string ?? "-")\(status)"
        }
    }

    private func send(_ wire: inout Wire, fromClient isClient: Bool, _ text: String, _ take: (Packet) -> Void) {
        wire.tcp(fromClient: isClient, Array(text.utf8), take)
    }

    private let request = "GET /a?token=1 HTTP/1.1\r\nHost: example.org\r\n\r\n"

    @Test("are told with their status and time, and the query only if that is wanted")
    func answered() {
        func talk(_ wire: inout Wire, _ take: (Packet) -> Void) {
            wire.open(take)
            send(&wire, fromClient: true, request, take)
            wire.clock = 40
            send(&wire, fromClient: false, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", take)
        }
        let record = records { talk(&$0, $1) }
        let expected: [String: Value] = [
            "network.protocol.name": "http", "network.protocol.version": "1.1", "http.request.method": "GET",
            "url.path": "/a", "exhaust.net.http.host": "example.org", "http.response.status_code": 200,
            "exhaust.net.http.latency_seconds": 0.04, "destination.port": 8080,
        ]
        for (key, value) in expected { #expect(record.first?[key] == value, "\(key)") }
        #expect(record.count == 1 && record.first?["url.query"] == nil)
        #expect(records(.query) { talk(&$0, $1) }.first?["url.query"] == "token=1")
        #expect(records(.off) { talk(&$0, $1) }.isEmpty)
    }

    @Test("follow each other in a connection, also in one segment, with bodies between")
    func several() {
        let records = records { wire, take in
            send(&wire, fromClient: true, request + "POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz" + request, take)
            send(
                &wire, fromClient: false, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 201 OK\r\n\r\n", take)
            send(&wire, fromClient: false, "more of the body\r\n", take)
            send(&wire, fromClient: false, "HTTP/1.1 404 No\r\n", take)
            send(&wire, fromClient: false, "X: y\r\n\r\n", take)
            send(&wire, fromClient: true, "PUT /c HTTP/1.1\r\n\r\n", take)
        }
        #expect(lines(records) == ["GET /a 200", "POST /b 201", "GET /a 404", "PUT /c"])
    }

    @Test("are found however they are cut, and seen once however often they are sent")
    func cuts() {
        for cut in 1..<request.utf8.count {
            let bytes = Array(request.utf8)
            let records = records { wire, take in
                wire.open(take)
                wire.tcp(fromClient: true, Array(bytes[cut...]), ahead: cut, take)
                wire.tcp(fromClient: true, Array(bytes[..<cut]), take)
                wire.clientNext &-= UInt32(cut)
                wire.tcp(fromClient: true, bytes, take)
                send(&wire, fromClient: false, "HTTP/1.1 200 OK\r\n\r\n", take)
            }
            guard lines(records) == ["GET /a 200"] else {
                Issue.record("cut at \(cut): \(lines(records))")
                return
            }
        }
    }

    @Test("of a whole URI give no more than its path; what is no longer HTTP after them may be TLS")
    func tunnel() {
        let hello = TLSBytes.records(TLSBytes.clientHello(TLSBytes.usual))
        let records = records(.query) { wire, take in
            send(&wire, fromClient: true, "GET http://user:secret@example.org/x?y HTTP/1.1\r\n\r\n", take)
            send(&wire, fromClient: false, "HTTP/1.1 200 OK\r\n\r\n", take)
            send(&wire, fromClient: true, "CONNECT example.org:443 HTTP/1.1\r\n\r\n", take)
            send(&wire, fromClient: false, "HTTP/1.1 200 OK\r\n\r\n", take)
            wire.tcp(fromClient: true, hello, take)
        }
        #expect(lines(records) == ["GET /x 200", "CONNECT example.org:443 200", "- -"])
        #expect(records.first?["url.query"] == "y" && records.last?["tls.client.server_name"] == "www.example.org")
    }

    @Test("without end are told as far as they are kept")
    func long() {
        let records = records { wire, take in
            wire.open(take)
            send(&wire, fromClient: true, "GET /a HTTP/1.1\r\nHost: b\r\n", take)
            for _ in 0..<20 {
                send(&wire, fromClient: true, "X: " + String(repeating: "x", count: 1000) + "\r\n", take)
            }
        }
        #expect(lines(records) == ["GET /a"] && records.first?["exhaust.net.http.host"] == "b")
    }
}
