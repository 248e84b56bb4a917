import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import ExhaustBroker

@Suite("Certificates and their renewal")
struct CertificateTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("a certificate tells its login and its end, and is checked with its key", .timeLimit(.minutes(1)))
    func reads() async throws {
        defer { directory.remove() }
        let authority = try await ThrowawayAuthority(in: directory, name: "authority")
        let (file, key) = try await authority.issue("web-01.agent", seconds: 3600)
        let certificate = try Certificate(file: file)
        #expect(certificate.commonName == "web-01.agent")
        let left = certificate.expires - .now()
        #expect(left > .seconds(3500) && left <= .seconds(3600), "\(left)")
        try Certificate.check(file: file, keyFile: key)
        #expect(throws: ExhaustError.self) { try Certificate.check(file: file, keyFile: key, at: certificate.expires) }
        let (_, other) = try await authority.issue("web-02.agent")
        for (file, key, words) in [
            (file, other, "does not match"), (file, "/nonexistent", "cannot read the key"),
            (key, key, "no certificate in PEM form"), ("/nonexistent", key, "cannot open the file"),
        ] {
            let error = #expect(throws: ExhaustError.self) { try Certificate.check(file: file, keyFile: key) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test("in a chain the earliest end counts")
    func readsChain() async throws {
        defer { directory.remove() }
        let authority = try await ThrowawayAuthority(in: directory, name: "authority")
        let (long, _) = try await authority.issue("a", seconds: 86_400)
        let (short, _) = try await authority.issue("b", seconds: 60)
        let chain = try Certificate(pem: try FileContent.read(long) + FileContent.read(short))
        #expect(chain.commonName == "a")
        #expect(chain.expires < .now() + .seconds(61))
    }

    @Test("files that changed count once two looks saw them alike, and bad ones are told once")
    func watches() throws {
        defer { directory.remove() }
        let file = try directory.write([1], to: "file")
        var isGood = true
        let start = ContinuousClock.now
        var watch = CertificateWatch(files: [file], now: start) {
            if !isGood { throw ExhaustError(.invalidData, "bad") }
        }
        func look(_ second: Int) -> CertificateWatch.Finding { watch.look(at: start + .seconds(second)) }
        #expect(look(5) == .same)
        try directory.write([1, 2], to: "file")
        #expect(look(6) == .same)
        #expect(look(10) == .same)
        #expect(look(11) == .same)
        isGood = false
        #expect(look(15) == .unusable("bad"))
        #expect(look(20) == .same)
        isGood = true
        #expect(look(25) == .same)
        try directory.write([1, 2, 3], to: "file")
        #expect(look(30) == .same)
        #expect(look(35) == .renewed)
    }

    @Test("without files there is nothing to look at")
    func watchesNothing() {
        let start = ContinuousClock.now
        var watch = CertificateWatch(files: [], now: start) {}
        let finding = watch.look(at: start + .seconds(3600))
        #expect(finding == .same)
    }
}
