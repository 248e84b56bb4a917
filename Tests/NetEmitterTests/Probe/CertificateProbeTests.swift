import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Testing

@testable import NetEmitter

@Suite("Probes of certificates", .timeLimit(.minutes(1)))
struct CertificateProbeTests {
    /// A server of Debian's openssl, with a certificate for `localhost` that expires in an hour.
    private struct Server {
        let directory: TemporaryDirectory
        let authority: ThrowawayAuthority
        let process: ChildProcess
        let port: UInt16

        init() async throws {
            directory = try TemporaryDirectory()
            authority = try await ThrowawayAuthority(in: directory, name: "authority")
            let (certificate, key) = try await authority.issue("localhost", forServer: true, seconds: 3600)
            port = try Self.freePort()
            process = try ChildProcess([
                "/usr/bin/openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key,
                "-www",
                "-quiet",
            ])
            for _ in 0..<250 {
                let probe = try YAMLReader.parse("tcp: 127.0.0.1:\(port)", file: "x").decode(ProbeTarget.self)
                if try await withThread(named: "test", { try ProbeRun(target: probe).run() }).failure == nil { return }
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        func stop() async {
            process.signal(SIGKILL)
            _ = await process.wait(upTo: .seconds(5))
            directory.remove()
        }

        private static func freePort() throws -> UInt16 {
            let server = try ProbeServer(answer: nil)
            defer { server.stop() }
            return server.port
        }
    }

    private func ask(_ yaml: String) async throws -> ValueMap {
        let target = try YAMLReader.parse(yaml, file: "probe.yaml").decode(ProbeTarget.self)
        return try await withThread(named: "test") { try ProbeRun(target: target).run() }.data(of: target)
    }

    @Test("tells when a certificate expires, and whether it is valid for the host")
    func expiry() async throws {
        let server = try await Server()
        let (port, file) = (server.port, server.authority.certificate)
        let good = try await ask("{tls: \"localhost:\(port)\", ca_file: \(file)}")
        #expect(good["event.outcome"] == "success", "\(good)")
        let expires = try #require(good["tls.server.not_after"]?.string.flatMap(Timestamp.init(rfc3339:)))
        #expect((3000...3700).contains((expires - .now()).inSeconds))
        #expect(good["exhaust.net.probe.certificate_days"]?.number.map { $0 >= 0 && $0 < 0.05 } == true)
        #expect(good["tls.protocol.version"] == "TLSv1.3")
        #expect(good["tls.server.subject"]?.string?.contains("CN=localhost") == true)
        #expect(good["exhaust.net.probe.handshake_seconds"]?.number != nil)
        let page = try await ask("{http: \"https://localhost:\(port)/\", ca_file: \(file)}")
        #expect(page["event.outcome"] == "success" && page["http.response.status_code"] == 200, "\(page)")

        // What cannot be trusted is measured all the same.
        let stranger = try await ask("{tls: \"localhost:\(port)\"}")
        #expect(stranger["error.type"] == "certificate" && stranger["tls.server.not_after"]?.string != nil)
        let misnamed = try await ask("{tls: \"127.0.0.1:\(port)\", ca_file: \(file)}")
        #expect(misnamed["error.type"] == "certificate", "\(misnamed)")
        #expect(misnamed["error.message"]?.string?.contains("mismatch") == true, "\(misnamed)")
        await server.stop()
    }
}
