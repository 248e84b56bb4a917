import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import SyslogEmitter

@Suite("TLS listener", .serialized, .timeLimit(.minutes(2)))
struct TLSTests {
    @Test("Good, expired, revoked, wrong-CA and no certificate, a name not allowed and plain text are told apart")
    func refusals() async throws {
        try await withSite { site in
            let good = try await site.authority.issue("web-01.example.org")
            let expired = try await site.authority.issue("web-02.example.org", seconds: -1)
            let revoked = try await site.authority.issue("web-03.example.org")
            try await site.authority.revoke("web-03.example.org")
            let stranger = try await site.authority.issue("web-01.example.net")
            let other = try await ThrowawayAuthority(in: site.folder, name: "other").issue("web-01.example.org")
            let receiver = try LiveReceiver(site.yaml("allow: [\"*.example.org\"]"))
            let port = receiver.port()
            try await site.send("good", to: port, as: good)
            try await receiver.receive(1)
            let data = receiver.sink.records[0].data
            #expect(data["tls.established"] == true)
            #expect(data["tls.client.subject"] == "CN=web-01.example.org")
            #expect(data["network.transport"] == "tcp")
            let refused: [((certificate: String, key: String)?, String)] = [
                (expired, "the certificate has expired"), (revoked, "the certificate is revoked"),
                (other, "the certificate is of an authority that is not in tls.ca_file"),
                (nil, "the peer has shown no certificate"), (stranger, "the certificate's name is not among tls.allow"),
            ]
            for (index, (files, reason)) in refused.enumerated() {
                // openssl fails, or not if it has sent everything before it hears of the refusal.
                try? await site.send("bad", to: port, as: files)
                try await until { receiver.log.text.count == index + 1 }
                let line = receiver.log.text[index]
                #expect(line.contains("TLS peer refused client.address=127.0.0.1"))
                #expect(line.contains("error.message=\(reason) failures.count=1"), "\(line)")
            }
            #expect(receiver.log.text[1].contains("tls.client.subject=CN=web-03.example.org"))
            let plain = try Sender(SOCK_STREAM, port: port)
            plain.send("<13>app: plain\n")
            try await until { receiver.log.text.count == 6 }
            #expect(receiver.log.text[5].contains("error.message=plain text on the TLS port"))
            #expect(receiver.counters.snapshot["syslog.tls_refused"] == 6)
            #expect(receiver.sink.messages == ["good"])
            try await receiver.stop()
        }
    }

    @Test("A reload counts for new connections: a certificate revoked since is refused, an older connection goes on")
    func reload() async throws {
        try await withSite { site in
            let files = try await site.authority.issue("web-01")
            let receiver = try LiveReceiver(site.yaml())
            // Sends a second message when it is told to by a file.
            let go = site.folder.path + "/go"
            let first = Task {
                let wait = "until [ -e \(go) ]; do sleep 0.05; done"
                let more = "\(wait); printf '<13>app: after\\n'"
                try await site.send("before", to: receiver.port(), as: files, then: more)
            }
            try await receiver.receive(1)
            try await site.authority.revoke("web-01")
            try receiver.reload(site.yaml())
            try? await site.send("new", to: receiver.port(), as: files)
            try await until { receiver.log.text.contains { $0.contains("the certificate is revoked") } }
            try site.folder.write([], to: "go")
            try await receiver.receive(2)
            try await first.value
            #expect(receiver.sink.messages == ["before", "after"])
            try await receiver.stop()
        }
    }

    @Test("A peer that never answers does not hold up the others; without client certificates none is asked for")
    func slowPeer() async throws {
        try await withSite { site in
            let receiver = try LiveReceiver(site.yaml("client: none", authority: false))
            let silent = try Sender(SOCK_STREAM, port: receiver.port())
            silent.send("\u{16}")
            try await site.send("quick", to: receiver.port(), as: nil)
            try await receiver.receive(1)
            #expect(receiver.sink.records[0].data["tls.established"] == true)
            #expect(receiver.sink.records[0].data["tls.client.subject"] == nil)
            // More than one TLS record, and than one reading.
            let long = String(repeating: "x", count: 60_000)
            try await site.send(long + "\\n<13>app: " + long, to: receiver.port(), as: nil)
            try await receiver.receive(3)
            #expect(receiver.sink.messages[1...] == [long, long])
            try await receiver.stop()
        }
    }

    @Test("A file that cannot be used is an error at its key")
    func files() async throws {
        try await withSite { site in
            let key = try site.folder.write(Array("no key".utf8), to: "bad")
            for name in ["certificate_file", "key_file", "ca_file", "crl_file"] {
                let yaml = site.yaml("\(name)_: x").split(separator: "\n").filter { !$0.contains("_: x") }
                    .map { $0.contains("\(name):") ? "  \(name): \(key)" : String($0) }.joined(separator: "\n")
                let configuration = try YAMLReader.parse(yaml, file: "test").decode(SyslogConfiguration.self)
                let error = try #require(throws: ValueCodingError.self) { try configuration.validate() }
                #expect(error.path == ["tls", name])
                #expect(error.message.contains(key))
            }
        }
    }

    @Test("A name with a star in front stands for one first part, in any case of letters")
    func names() {
        let names = PeerNames(["*.Example.org", "log-01"])
        for name in ["web-01.example.org", "LOG-01"] { #expect(names.contain(name), "\(name)") }
        for name in ["example.org", ".example.org", "a.b.example.org", "*.example.org", "log-01.x", ""] {
            #expect(!names.contain(name), "\(name)")
        }
    }
}

/// An authority, and a certificate for the listener.
private struct Site: Sendable {
    let folder: TemporaryDirectory
    let authority: ThrowawayAuthority
    let server: (certificate: String, key: String)

    func yaml(_ more: String = "", authority hasAuthority: Bool = true) -> String {
        let list = authority.folder + "/crl.pem"
        let files = "  ca_file: \(authority.certificate)\n  crl_file: \(list)\n"
        return """
            unix: []
            tls:
              addresses: ["127.0.0.1:0"]
              certificate_file: \(server.certificate)
              key_file: \(server.key)
            \(hasAuthority ? files : "")\(more.isEmpty ? "" : "  \(more)")
            """
    }

    /// Sends `text` as one message by openssl, and what the shell commands `then` print.
    func send(
        _ text: String, to port: UInt16, as files: (certificate: String, key: String)?, then: String = ":"
    ) async throws {
        let identity = files.map { "-cert \($0.certificate) -key \($0.key)" } ?? ""
        let client = "openssl s_client -connect 127.0.0.1:\(port) -CAfile \(authority.certificate) \(identity) -quiet"
        try await ChildProcess.run(["sh", "-c", "{ printf '<13>app: \(text)\\n'; \(then); } | \(client) -no_ign_eof"])
    }
}

private func withSite(_ body: (Site) async throws -> Void) async throws {
    let folder = try TemporaryDirectory(prefix: "exhaust-tls")
    defer { folder.remove() }
    let authority = try await ThrowawayAuthority(in: folder, name: "authority")
    // Under a name that does not hang on a hash.
    try await ChildProcess.run(["sh", "-c", "cd \(authority.folder) && ln -s crl/*.r0 crl.pem"])
    let server = try await authority.issue("127.0.0.1", forServer: true)
    try await body(Site(folder: folder, authority: authority, server: server))
}
