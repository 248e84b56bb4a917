import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import NetEmitter

@Suite("Probes", .timeLimit(.minutes(1)))
struct ProbeTests {
    private func ask(_ yaml: String) async throws -> ValueMap {
        let target = try YAMLReader.parse(yaml, file: "probe.yaml").decode(ProbeTarget.self)
        return try await withThread(named: "test") { try ProbeRun(target: target).run() }.data(of: target)
    }

    private func error(of data: ValueMap) -> String {
        "\(data["event.outcome"]?.string ?? "") \(data["error.type"]?.string ?? "")"
    }

    @Test("tcp: a connection is an answer, a refused one is not")
    func connects() async throws {
        let server = try ProbeServer(answer: nil)
        let good = try await ask("tcp: 127.0.0.1:\(server.port)")
        #expect(good["event.outcome"] == "success" && good["error.type"] == nil)
        #expect(good["destination.address"] == "127.0.0.1")
        #expect(good["destination.port"] == .int(Int64(server.port)))
        #expect(good["exhaust.net.probe.name"] == .string("tcp 127.0.0.1:\(server.port)"))
        let took = try #require(good["exhaust.net.probe.connect_seconds"]?.number)
        #expect(took >= 0 && took < 5)
        server.stop()
        let refused = try await ask("{tcp: \"127.0.0.1:\(server.port)\", name: database}")
        #expect(error(of: refused) == "failure refused")
        #expect(refused["exhaust.net.probe.name"] == "database")
    }

    @Test("a name without an address says so, and a network that is away is not taken for this machine's fault")
    func fails() async throws {
        #expect(error(of: try await ask("{tcp: \"nowhere.invalid:1\", timeout: 60s}")) == "failure resolution")
        #expect(ProbeFailure(errno: EHOSTUNREACH).reason == .unreachable)
        #expect(ProbeFailure(errno: EMFILE).reason == .local)
    }

    @Test("http: the status is read, of the body nothing; 400 and above is a failure")
    func asksHTTP() async throws {
        for (line, outcome, status) in [
            ("HTTP/1.1 204 No Content\r\n\r\n", "success ", Value.int(204)),
            ("HTTP/1.0 301 Moved\n\n", "success ", .int(301)),
            ("HTTP/1.1 503 \r\n\r\n", "failure status", .int(503)),
        ] {
            let server = try ProbeServer(answer: line)
            defer { server.stop() }
            let url = "http://127.0.0.1:\(server.port)/health?all=1"
            let data = try await ask("http: \(url)")
            #expect(error(of: data) == outcome)
            #expect(data["http.response.status_code"] == status && data["url.full"] == .string(url))
            #expect(
                server.asked.first?.hasPrefix("GET /health?all=1 HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)") == true)
        }
        let other = try ProbeServer(answer: "SSH-2.0-OpenSSH_9.2\r\n")
        defer { other.stop() }
        #expect(error(of: try await ask("http: http://127.0.0.1:\(other.port)")) == "failure malformed")
        #expect(error(of: try await ask("tls: 127.0.0.1:\(other.port)")) == "failure malformed")
    }

    @Test("a server that says nothing is a timeout, in time")
    func timesOut() async throws {
        let server = try ProbeServer(answer: nil)
        defer { server.stop() }
        let begin = ContinuousClock.now
        let data = try await ask("{http: \"http://127.0.0.1:\(server.port)/\", timeout: 100ms}")
        #expect(error(of: data) == "failure timeout")
        #expect(ContinuousClock.now - begin < .seconds(5))
        #expect(error(of: try await ask("{tls: \"127.0.0.1:\(server.port)\", timeout: 100ms}")) == "failure timeout")
    }

    @Test("icmp: the loopback answers each request")
    func echoes() async throws {
        let data = try await ask("{icmp: 127.0.0.1, count: 2}")
        guard data["error.type"] != "local" else {
            print("skipped: this user may not send echo requests")
            return
        }
        #expect(data["event.outcome"] == "success", "\(data)")
        #expect(data["exhaust.net.probe.packets_sent"] == 2 && data["exhaust.net.probe.packets_received"] == 2)
        let times = ["min", "mean", "max"].compactMap { data["exhaust.net.probe.rtt_\($0)_seconds"]?.number }
        #expect(times.count == 3 && times == times.sorted() && times[0] > 0 && times[2] < 1)
    }

    @Test("an echo reply is told from other messages, and a request has a sound checksum")
    func readsReplies() throws {
        let message = EchoMessage(sequence: 7, token: 0x0102_0304_0506_0708)
        for isIPv4 in [true, false] {
            var bytes = message.request(isIPv4: isIPv4)
            #expect(bytes.count == 64)
            if isIPv4 { #expect(EchoMessage.checksum(bytes) == 0) }
            bytes.withUnsafeBytes { #expect(EchoMessage(reply: FrameBytes($0), isIPv4: isIPv4) == nil) }
            bytes[0] = isIPv4 ? 0 : 129
            bytes.withUnsafeBytes { #expect(EchoMessage(reply: FrameBytes($0), isIPv4: isIPv4) == message) }
            for length in 0..<16 {
                bytes[..<length].withUnsafeBytes { #expect(EchoMessage(reply: FrameBytes($0), isIPv4: isIPv4) == nil) }
            }
        }
    }

    @Test("turns come at any moment first, and then with a tenth of jitter")
    func schedules() {
        var schedule = ProbeSchedule(interval: .seconds(10), generator: SeededGenerator(seed: 1))
        let turns = (0..<1000).map { _ in schedule.next() }
        #expect(turns[0] < .seconds(10))
        #expect(turns.dropFirst().allSatisfy { $0 >= .seconds(9) && $0 < .seconds(11) })
        #expect(Set(turns).count > 900)
    }
}
