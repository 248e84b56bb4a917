import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Testing

@Suite("deploy/tls/authority", .timeLimit(.minutes(1)))
struct AuthorityTests {
    @Test("keys are closed to others, also while they are made, and everything else can be read")
    func closesKeys() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let authority = try await ThrowawayAuthority(in: directory, name: "authority")
        let (certificate, key) = try await authority.issue("web-01.agent")
        for (path, mode) in [
            (key, "600"), ("\(authority.folder)/authority.key", "600"), (certificate, "644"),
            (authority.certificate, "644"), ("\(authority.folder)/crl", "755"), (authority.folder, "711"),
        ] { #expect(try await ChildProcess.run(["stat", "-c", "%a", path]) == "\(mode)\n", "\(path)") }
        let text = try await ChildProcess.run(["openssl", "x509", "-in", certificate, "-noout", "-text"])
        for words in ["NIST CURVE: P-256", "Subject: CN = web-01.agent", "TLS Web Client Authentication", "CA:FALSE"] {
            #expect(text.contains(words), "\(text)")
        }
        #expect(!text.contains("TLS Web Server Authentication"))
    }

    @Test("a broker's certificate has its names, and is none for a client")
    func issuesServer() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let authority = try await ThrowawayAuthority(in: directory, name: "authority")
        let program = "\(authority.folder)/authority"
        try await ChildProcess.run([
            program, "issue", authority.folder, "mq.example.org", "--server", "--dns", "mq-1.example.org",
        ])
        let file = "\(authority.folder)/issued/mq.example.org/mq.example.org.pem"
        let text = try await ChildProcess.run(["openssl", "x509", "-in", file, "-noout", "-text"])
        #expect(text.contains("DNS:mq.example.org, DNS:mq-1.example.org"))
        #expect(text.contains("TLS Web Server Authentication") && !text.contains("TLS Web Client Authentication"))
    }

    @Test("revoking makes every certificate of a name void, and no other")
    func revokes() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let authority = try await ThrowawayAuthority(in: directory, name: "authority")
        let old = try await authority.issue("a", to: "\(directory.path)/old").certificate
        let renewed = try await authority.issue("a", to: "\(directory.path)/renewed").certificate
        let other = try await authority.issue("b").certificate
        try await authority.revoke("a")
        for (file, verdict) in [(old, "certificate revoked"), (renewed, "certificate revoked"), (other, "OK")] {
            let said = try await ChildProcess.run([
                "bash", "-c",
                "openssl verify -crl_check -CAfile \(authority.certificate) "
                    + "-CRLfile \(authority.folder)/crl/*.r0 \(file) 2>&1 || true",
            ])
            #expect(said.contains(verdict), "\(said)")
        }
        let next = try await authority.issue("a").certificate
        #expect(try Certificate(file: next).commonName == "a")
    }

    @Test(
        "what it cannot do it says, and does nothing",
        arguments: [
            (["issue", "DIR", "a/b"], "is no name"), (["issue", "DIR", "Web"], "is no name"),
            (["issue", "DIR", String(repeating: "a", count: 65)], "is no name"),
            (["issue", "DIR", "a", "--days", "x"], "needs a number"),
            (["issue", "DIR", "a", "--wrong"], "unknown option"),
            (["issue", "/nonexistent", "a"], "no authority"),
            (["revoke", "DIR", "nobody"], "no certificate was issued"),
            (["init", "DIR"], "exists already"), (["destroy"], "knows init, issue and revoke"),
            (["issue"], "needs the"),
        ])
    func refuses(arguments: [String], words: String) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let authority = try await ThrowawayAuthority(in: directory, name: "authority")
        let command = ["\(authority.folder)/authority"] + arguments.map { $0 == "DIR" ? authority.folder : $0 }
        let error = await #expect(throws: ExhaustError.self) { try await ChildProcess.run(command) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
}
