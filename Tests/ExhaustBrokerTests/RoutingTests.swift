import ExhaustBroker
import ExhaustCore
import Testing

@Suite("Routing")
struct RoutingTests {
    // FNV-1a(64) of "web-01" modulo 16, computed apart with Python: 0x6c059e39e78afe07 % 16 = 7.
    private let partition = "07"

    private func route(
        _ type: EventType, data: ValueMap = [:], extensions: ValueMap = [:], host: String = "web-01"
    ) throws -> String {
        let host = try #require(HostID(host))
        var event = Event(
            type: type, source: EventSource(host: host, role: "emitter-perf", incarnation: "01ABC").description,
            id: "1",
            time: Timestamp(seconds: 0), host: host, data: data)
        event.extensions = extensions
        return Routing.route(for: event, partitions: 16).description
    }

    @Test("each type travels as the topology's table says")
    func table() throws {
        #expect(try route(.perf) == "exhaust.telemetry/telemetry.\(partition).web-01.perf")
        #expect(try route(.gap) == "exhaust.telemetry/telemetry.\(partition).web-01.gap")
        #expect(try route("exhaust.net.flow") == "exhaust.telemetry/telemetry.\(partition).web-01.net_flow")
        #expect(
            try route(.fact, data: ["severity": "error"]) == "exhaust.facts/fact.\(partition).web-01.error")
        #expect(try route(.prediction) == "exhaust.facts/fact.\(partition).web-01.info")
        #expect(try route(.fact, data: ["severity": "a.b"]) == "exhaust.facts/fact.\(partition).web-01.info")
        #expect(try route(.action) == "exhaust.actions/action.\(partition).web-01")
        #expect(try route(.task) == "exhaust.tasks/web-01")
        #expect(try route(.result) == "exhaust.results/result.\(partition).web-01")
        #expect(try route(.result, extensions: ["partition": 3]) == "exhaust.results/result.03.web-01")
        #expect(try route(.result, extensions: ["partition": 16]) == "exhaust.results/result.\(partition).web-01")
        #expect(try route(.decision) == "exhaust.journal/journal.decision.\(partition).web-01")
        #expect(try route(.run) == "exhaust.journal/journal.run.\(partition).web-01")
        #expect(try route(.outcome) == "exhaust.journal/journal.outcome.\(partition).web-01")
        #expect(try route(.status) == "exhaust.status/status.\(partition).emitter-perf.web-01")
    }

    @Test("hosts spread over all partitions, and always the same way")
    func spreads() throws {
        let routes = try (0..<300).map { try route(.perf, host: "host-\($0)") }
        #expect(Set(routes.map { $0.split(separator: ".")[2] }).count == 16)
        #expect(try routes == (0..<300).map { try route(.perf, host: "host-\($0)") })
    }
}
