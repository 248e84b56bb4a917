import ExhaustCore
import Testing

@testable import ExhaustBroker

@Suite("Sender check")
struct SenderCheckTests {
    private func objection(_ exchange: String, login: String?, host: String, role: String = "agent") throws -> String? {
        let host = try #require(HostID(host))
        let event = Event(
            type: .status, source: EventSource(host: host, role: role, incarnation: "1").description, id: "1",
            time: Timestamp(seconds: 0), host: host)
        return SenderCheck.objection(to: [event], exchange: exchange, login: login)
    }

    @Test("a host speaks for itself alone")
    func hosts() throws {
        for exchange in [Exchange.telemetry, Exchange.results, Exchange.status] {
            #expect(try objection(exchange, login: "a.agent", host: "a") == nil)
            #expect(try objection(exchange, login: "a.agent", host: "b") == "login a.agent sent an event of host b")
            #expect(try objection(exchange, login: nil, host: "a") == "the message has no user_id")
        }
    }

    @Test("a central role has a heartbeat of its own and nothing else of a host's")
    func centralRoles() throws {
        #expect(try objection(Exchange.status, login: "analyzer", host: "a", role: "analyzer") == nil)
        #expect(try objection(Exchange.status, login: "analyzer", host: "a", role: "activator") != nil)
        #expect(try objection(Exchange.telemetry, login: "analyzer", host: "a", role: "analyzer") != nil)
        #expect(try objection(Exchange.results, login: "orchestrator", host: "a", role: "orchestrator") != nil)
    }

    @Test("other exchanges have one writer each, whom the broker knows")
    func others() throws {
        #expect(try objection(Exchange.facts, login: nil, host: "a") == nil)
    }
}
