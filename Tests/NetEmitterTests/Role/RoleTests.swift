import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Synchronization
import Testing

@testable import NetEmitter

@Suite("Role of emitter-net")
struct RoleTests {
    @Test("records of one type leave together, in the order in which they came")
    func groups() {
        let types: [EventType] = [.netFlow, .netDNS, .netFlow, .netTLS, .netDNS]
        let records = types.enumerated().map {
            TelemetryRecord(type: $1, time: Timestamp(seconds: Int64($0)), data: [:])
        }
        let grouped = RecordDesk.grouped(records)
        #expect(grouped.map(\.type) == [.netFlow, .netFlow, .netDNS, .netDNS, .netTLS])
        #expect(grouped.map(\.time.seconds) == [0, 2, 1, 4, 3])
    }

    @Test("what the outbox does not take is counted, and told once there is room")
    func losses() throws {
        let host = try #require(HostID("web-01"))
        var limits = Outbox.Limits()
        limits.pendingEvents = 2
        let full = try Outbox(
            source: EventSource(host: host, role: "emitter-net"), host: host, type: .netFlow, outlet: Nowhere(),
            limits: limits)
        let desk = RecordDesk(outbox: full)
        desk.take((0..<5).map { TelemetryRecord(time: Timestamp(seconds: $0), data: [:]) })
        #expect(full.lastID == 2)
        // No room for the gap either: it stays.
        desk.publishLosses()
        #expect(full.lastID == 2 && desk.pendingLosses == ["net.outbox_full": 3])
    }

    private struct Nowhere: EventOutlet {
        func enqueue(_ events: [Event]) async throws -> Receipt { .done }
        func enqueue(_ batch: EventBatch) async throws -> Receipt { .done }
        func close() async {}
    }
}
