import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import ExhaustRuntime

@Suite("The end of a role's certificate")
struct CertificateExpiryTests {
    @Test("is told to the hundredth of a day, rounded down")
    func counts() throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-24T00:00:00Z"))
        for (text, days) in [
            ("2026-11-25T00:00:00Z", 1.0), ("2026-12-08T06:00:00Z", 14.25), ("2026-11-24T00:14:23Z", 0.0),
            ("2026-11-23T12:00:00Z", -0.5),
        ] {
            #expect(CertificateExpiry.days(until: try #require(Timestamp(rfc3339: text)), at: now) == days)
        }
    }

    @Test("is warned of below 14 days, once a day", .timeLimit(.minutes(1)))
    func warns() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let authority = try await ThrowawayAuthority(in: directory, name: "authority")
        let (file, _) = try await authority.issue("analyzer", seconds: 86_400 * 20)
        let log = LogRecorder()
        var expiry = CertificateExpiry(file: file)
        let start = Timestamp.now()
        let first = expiry.look(at: start, logger: log.logger)
        let expires = try #require(first)
        #expect(expires > start + .seconds(86_400 * 19))
        for (hours, warnings) in [(24, 0), (24 * 5, 0), (24 * 6 + 1, 1), (24 * 7, 1), (24 * 7 + 2, 2)] {
            _ = expiry.look(at: start + .seconds(hours * 3600), logger: log.logger)
            #expect(log.lines(at: .warning).count == warnings, "after \(hours) h")
        }
        var none = CertificateExpiry(file: nil)
        let nothing = none.look(at: start, logger: log.logger)
        #expect(nothing == nil)
    }
}
