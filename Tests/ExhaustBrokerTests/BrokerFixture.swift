import ExhaustCore
import ExhaustTestSupport
import Logging
import Testing

@testable import ExhaustBroker

/// What the tests against a real broker share.
struct BrokerFixture {
    let broker: PrivateBroker
    let log = LogRecorder()
    let host: HostID

    init() throws {
        broker = try #require(BrokerTrait.current)
        host = try #require(HostID("web-01"))
    }

    /// Telemetry of one source, counted from 1, in batches.
    func telemetry(_ count: Int, batch: Int = 1, host: HostID? = nil, filler: Int = 0) -> [[Event]] {
        let host = host ?? self.host
        let source = EventSource(host: host, role: "emitter-perf").description
        let text = Value.string(String(repeating: "x", count: filler))
        let events = (1...count).map { id in
            Event(type: .perf, source: source, id: "\(id)", time: .now(), host: host, data: ["n": text])
        }
        return stride(from: 0, to: count, by: batch).map { Array(events[$0..<min($0 + batch, count)]) }
    }

    /// A task for `host` that lives for `life`.
    func task(_ id: String, host: HostID, life: Duration) -> Event {
        var event = Event(
            type: .task, source: EventSource(host: host, role: "orchestrator").description, id: id, time: .now(),
            host: host, data: ["id": .string(id)])
        event.extensions["expirytime"] = .string((Timestamp.now() + life).description)
        return event
    }

    func publisher(
        _ login: Login, closeLimit: Duration = .seconds(10), _ change: (inout BrokerConfiguration) -> Void = { _ in }
    ) throws -> Publisher {
        var configuration = broker.configuration(for: login)
        change(&configuration)
        return try Publisher(
            configuration: configuration, role: login.role.rawValue, exchanges: login.role.publishesTo,
            closeLimit: closeLimit, logger: log.logger)
    }

    func consumer(
        _ login: Login, _ source: ConsumerSource, _ change: (inout BrokerConfiguration) -> Void = { _ in }
    ) throws -> Consumer {
        var configuration = broker.configuration(for: login)
        change(&configuration)
        return try Consumer(configuration: configuration, source: source, logger: log.logger)
    }

    /// A consumer of everything that analyzers get.
    func analyzer() throws -> Consumer {
        try consumer(Login(.analyzer), .queues(Queue.names(of: "analyzer", partitions: 2)))
    }

    /// Takes and acknowledges deliveries until `count` different events of the source have come; gives their ids in
    /// the order of their first coming, and how many came more than once.
    func take(_ count: Int, of source: String, from consumer: Consumer) async throws -> (ids: [String], again: Int) {
        var seen: Set<String> = []
        var ids: [String] = []
        var again = 0
        while ids.count < count, let delivery = try await consumer.next() {
            for event in delivery.events where event.source == source {
                if seen.insert(event.id).inserted { ids.append(event.id) } else { again += 1 }
            }
            await consumer.acknowledge(delivery)
        }
        return (ids, again)
    }

    /// Waits until `condition` holds, for at most `limit`; gives whether it did.
    func eventually(
        within limit: Duration = .seconds(15), _ condition: () async throws -> Bool
    ) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }
}
