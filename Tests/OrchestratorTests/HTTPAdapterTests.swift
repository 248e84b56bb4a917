import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import Orchestrator

@Suite("The http adapter", .serialized, .timeLimit(.minutes(2)))
struct HTTPAdapterTests {
    private let adapter: HTTPAdapter

    init() throws {
        adapter = HTTPAdapter(try Self.tools())
    }

    private static func tools() throws -> AdapterTools {
        let host = try #require(HostID("central"))
        let events = EventMaker(.init(source: EventSource(host: host, role: "orchestrator", incarnation: "1"), seed: 1))
        let maker = TaskEventMaker(events: events, key: nil, keyEpoch: 1, partitions: 16)
        return AdapterTools(taskEvents: maker, now: { .now() }, publish: { _ in })
    }

    private static func request(
        _ action: String, _ parameters: ValueMap, timeout: Duration = .seconds(10)
    ) throws -> TaskRequest {
        let cause = try OrchestratorTests.action("w")
        let now = Timestamp.now()
        return TaskRequest(
            id: "01JRUN-probe-1", run: "01JRUN", workflow: "w", task: "probe", attempt: 1, adapter: "http",
            action: action, parameters: parameters, host: cause.host, notBefore: now, notAfter: now + timeout,
            deadline: now + timeout, cause: cause)
    }

    private func perform(
        _ action: String, _ parameters: ValueMap, timeout: Duration = .seconds(10)
    ) async throws -> TaskResult {
        let request = try Self.request(action, parameters, timeout: timeout)
        return try #require(try await adapter.perform(request))
    }

    /// What the adapter throws.
    private func problem(
        _ action: String, _ parameters: ValueMap, timeout: Duration = .seconds(10)
    ) async -> String {
        do {
            return "no problem: \(try await perform(action, parameters, timeout: timeout))"
        } catch {
            return "\(error)"
        }
    }

    @Test("a get gives status and body, JSON too, and carries the task's id as its idempotency key")
    func get() async throws {
        let server = try HTTPServer { _ in .status("200 OK", body: #"{"up": [1, true]}"#) }
        defer { server.stop() }
        let result = try await perform("get", ["url": .string("\(server.url)/health?deep=1"), "headers": ["X-A": "b"]])
        #expect(result.status == .succeeded)
        #expect(result.task == "01JRUN-probe-1")
        #expect(
            result.output == ["status": 200, "size": 17, "body": #"{"up": [1, true]}"#, "json": ["up": [1, true]]])
        let request = try #require(server.requests.first)
        #expect(request.line == "GET /health?deep=1 HTTP/1.1")
        #expect(request.headers.contains("Idempotency-Key: 01JRUN-probe-1"))
        #expect(request.headers.contains("X-A: b"))
    }

    @Test("bodies go out as JSON or text, or empty, with their content type")
    func bodies() async throws {
        let server = try HTTPServer { _ in .status("201 Created") }
        defer { server.stop() }
        let url = Value.string(server.url)
        let json = try await perform("post", ["url": url, "json": ["a": [1, .null, "ü"]]])
        #expect(json.status == .succeeded)
        _ = try await perform("put", ["url": url, "text": "hello", "headers": ["content-type": "text/x"]])
        _ = try await perform("post", ["url": url])
        _ = try await perform("delete", ["url": url])
        _ = try await perform("head", ["url": url])
        let requests = server.requests
        #expect(requests.map(\.line) == ["POST", "PUT", "POST", "DELETE", "HEAD"].map { "\($0) / HTTP/1.1" })
        let bodies = requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies == [#"{"a":[1,null,"ü"]}"#, "hello", "", "", ""])
        #expect(requests[0].headers.contains("Content-Type: application/json"))
        #expect(requests[1].headers.contains("content-type: text/x"))
        #expect(!requests[2].headers.contains { $0.hasPrefix("Content-Type") })
        #expect(requests[2].headers.contains("Content-Length: 0"))
    }

    @Test("a status that is not expected fails the task, and redirects are not followed")
    func status() async throws {
        let server = try HTTPServer { request in
            request.line.contains("/moved")
                ? .status("302 Found", headers: ["Location: /ok"]) : .status("503 Busy", body: "later")
        }
        defer { server.stop() }
        let busy = try await perform("get", ["url": .string(server.url)])
        #expect(busy.status == .failed)
        #expect(busy.reason == "the server answered with status 503")
        #expect(busy.output["body"] == "later")
        let moved = try await perform("get", ["url": .string("\(server.url)/moved")])
        #expect(moved.reason == "the server answered with status 302")
        #expect(server.requests.count == 2)
        for expect: Value in [503, "500-599", [200, "502-503"]] {
            #expect(try await perform("get", ["url": .string(server.url), "expect": expect]).status == .succeeded)
        }
    }

    @Test("a server that says nothing is left after the timeout")
    func timeout() async throws {
        let server = try HTTPServer { _ in .silence }
        defer { server.stop() }
        let start = ContinuousClock.now
        let problem = await problem("get", ["url": .string(server.url)], timeout: .milliseconds(300))
        #expect(problem.hasPrefix("Operation timed out after "), "\(problem)")
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("nobody listening is an error that says so")
    func refusedConnection() async throws {
        let server = try HTTPServer { _ in .silence }
        server.stop()
        let problem = await problem("get", ["url": .string(server.url)])
        #expect(problem.hasPrefix("Failed to connect to 127.0.0.1 port \(server.port)"), "\(problem)")
    }

    @Test("of a large body 64 KiB are kept, and not half of a character")
    func largeBody() async throws {
        let body = "x" + String(repeating: "€", count: 400_000)
        let server = try HTTPServer { _ in .status("200 OK", body: body) }
        defer { server.stop() }
        let result = try await perform("get", ["url": .string(server.url)])
        #expect(result.status == .succeeded)
        #expect(result.output["size"] == 1_200_001)
        #expect(result.output["truncated"] == true)
        let kept = try #require(result.output["body"]?.string)
        #expect(kept.utf8.count == 65_536 && body.hasPrefix(kept))
    }

    @Test("a body that is not UTF-8 is kept as bytes")
    func binaryBody() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n".utf8)
        let server = try HTTPServer { _ in .bytes(head + [0xff, 0x00, 0xfe]) }
        defer { server.stop() }
        let result = try await perform("get", ["url": .string(server.url)])
        #expect(result.output["body_base64"] == .bytes([0xff, 0x00, 0xfe]))
        #expect(result.output["body"] == nil)
    }

    @Test("cancellation ends a call that is under way")
    func cancellation() async throws {
        let server = try HTTPServer { _ in .silence }
        defer { server.stop() }
        let request = try Self.request("get", ["url": .string(server.url)], timeout: .seconds(60))
        let start = ContinuousClock.now
        let call = Task { [adapter] in try await adapter.perform(request) }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        call.cancel()
        await #expect(throws: (any Error).self) { try await call.value }
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("at most 16 calls are under way at once, and all are answered")
    func concurrency() async throws {
        let server = try HTTPServer { _ in
            usleep(50_000)
            return .status("200 OK")
        }
        defer { server.stop() }
        let request = try Self.request("get", ["url": .string(server.url)])
        let answered = try await withThrowingTaskGroup(of: TaskResult?.self) { group in
            for _ in 0..<40 { group.addTask { [adapter] in try await adapter.perform(request) } }
            return try await group.reduce(into: 0) { $0 += $1?.status == .succeeded ? 1 : 0 }
        }
        #expect(answered == 40)
        #expect((2...16).contains(server.mostActive), "\(server.mostActive)")
    }

    @Test("parameters that only rendering makes bad are refused before anything is sent")
    func badParameters() async throws {
        for url in ["file:///etc/passwd", "gopher://x/", "http://127.0.0.1/\r\nX: y", ""] {
            let problem = await problem("get", ["url": .string(url)])
            #expect(problem == "with.url: expected an http or https URL without credentials or blanks")
        }
        let header = await problem("get", ["url": "http://127.0.0.1/", "headers": ["A": "b\r\nC: d"]])
        #expect(header == "with.headers.A: expected a header's name and text on one line")
    }

    @Test("a certificate from an unknown authority ends the call before anything is sent")
    func certificates() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let authority = try await ThrowawayAuthority(in: directory, name: "unknown")
        let certificate = try await authority.issue("localhost", forServer: true)
        let plain = try HTTPServer { _ in .silence }
        plain.stop()  // leaves its port free for openssl
        let server = try ChildProcess([
            "openssl", "s_server", "-accept", "127.0.0.1:\(plain.port)", "-cert", certificate.certificate, "-key",
            certificate.key, "-www", "-quiet",
        ])
        var problem = ""
        for _ in 0..<100 {
            problem = await self.problem("get", ["url": .string("https://localhost:\(plain.port)/")])
            guard problem.hasPrefix("Failed to connect") else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        server.signal(SIGKILL)
        _ = await server.wait(upTo: .seconds(5))
        #expect(problem.contains("certificate"), "\(problem)")
    }
}
