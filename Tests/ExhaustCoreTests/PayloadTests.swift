import ExhaustCore
import Testing

@Suite("Typed payloads")
struct PayloadTests {
    @Test("come back as they went")
    func roundTrip() throws {
        let fact = Fact(
            name: "service-down", transition: .raised, key: "k", episode: "e", host: "web-01", subject: "nginx",
            severity: .error, value: 1.5, first: Timestamp(seconds: 1), last: Timestamp(seconds: 2),
            evidence: [EventIdentity(source: "s", id: "1"), EventIdentity(source: "s", id: "2")])
        let value = try ValueEncoder().encode(fact)
        #expect(value["evidence"]?.list?.count == 2)
        #expect(value["summary"] == nil)
        #expect(try ValueDecoder(strict: true).decode(Fact.self, from: value) == fact)
        var status = RoleStatus(
            role: "agent", state: .running, version: "1", pid: 2, uptimeSeconds: 3, intervalSeconds: 5,
            counters: ["a": 1])
        #expect(try ValueEncoder().encode(status)["certificate_days_left"] == nil)
        (status.certificateExpires, status.certificateDaysLeft) = (Timestamp(seconds: 86_400), 1)
        #expect(try ValueDecoder().decode(RoleStatus.self, from: ValueEncoder().encode(status)) == status)
    }

    @Test("that do not fit name event and key")
    func misfit() {
        let event = Event(type: .fact, source: "//h/analyzer/1", id: "9", time: Timestamp(seconds: 0), host: .localhost)
        let error = #expect(throws: ExhaustError.self) { try event.payload(Fact.self) }
        #expect(
            error?.description == "event //h/analyzer/1 9: the data of exhaust.fact does not fit: 'name' is missing")
    }
}
