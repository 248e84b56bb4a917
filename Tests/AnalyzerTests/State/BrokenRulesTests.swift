import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

@Suite("Rules that cannot be read again")
struct BrokenRulesTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func broken() throws -> BrokenRules {
        let host = try HostID.of("central")
        let source = EventSource(host: host, role: "analyzer")
        return BrokenRules(host: host, factory: EventFactory(source: source, seed: 1))
    }

    private func facts(_ events: [Event]) throws -> [String] {
        try events.map { event in
            let fact = try event.payload(Fact.self)
            #expect(event.type == .fact && event.host.description == "central")
            return "\(fact.transition) \(fact.subject)"
        }
    }

    @Test("are a fact about the file until they can be read")
    func told() throws {
        let broken = try broken()
        let error = ExhaustError(.configuration, "unknown key", at: "/etc/exhaust/rules/a:b.yaml:17")
        let raised = try broken.failed(error, at: now)
        #expect(try facts(raised) == ["raised /etc/exhaust/rules/a:b.yaml"])
        #expect(try facts(broken.failed(error, at: now)).isEmpty, "the same error is told once")
        let other = ExhaustError(.configuration, "no such stream", at: "/etc/exhaust/rules/a:b.yaml:3:5")
        #expect(try facts(broken.failed(other, at: now)) == ["updated /etc/exhaust/rules/a:b.yaml"])
        let cleared = try broken.mended(at: now)
        #expect(try facts(cleared) == ["cleared /etc/exhaust/rules/a:b.yaml"])
        #expect(cleared.first?.data["episode"] == raised.first?.data["episode"])
        #expect(try broken.mended(at: now).isEmpty)
    }
}
