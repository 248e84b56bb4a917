import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import ExhaustBroker

@Suite(
    "Consumers at a real broker", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"), .privateBroker)
struct ConsumerTests {
    private let fixture: BrokerFixture
    private let emitter: Login
    private var broker: PrivateBroker { fixture.broker }

    init() throws {
        fixture = try BrokerFixture()
        emitter = Login(.emitterPerf, host: fixture.host)
    }

    /// The message in `exhaust.dead` whose reason has `text`.
    private func parked(_ text: String) async throws -> ParkedMessage {
        let messages = try await ParkedMessage.list(
            Queue.dead, limit: 10, configuration: broker.configuration(for: Login(.observer)),
            logger: fixture.log.logger)
        return try #require(messages.first { $0.mark?.reason.contains(text) == true }, "\(messages.map(\.mark))")
    }

    private func analyzer(parking: Publisher?, _ queues: [String]? = nil) throws -> Consumer {
        try Consumer(
            configuration: broker.configuration(for: Login(.analyzer)),
            source: .queues(queues ?? Queue.names(of: "analyzer", partitions: 2)), parking: parking,
            logger: fixture.log.logger)
    }

    @Test("a message of no use is parked whole with the reason, and its neighbours arrive")
    func parksWithReason() async throws {
        let good = fixture.telemetry(2)
        let builder = MessageBuilder(partitions: 2, bodyLimit: 1 << 20)
        var garbage = try builder.messages(for: fixture.telemetry(1)[0])[0]
        garbage.body = Array("[{\"specversion\":".utf8)
        let publisher = try fixture.publisher(emitter)
        _ = try await publisher.enqueue(good[0])
        _ = try await publisher.enqueue([garbage])
        try await publisher.send(good[1])
        let parking = try fixture.publisher(Login(.analyzer))
        let consumer = try analyzer(parking: parking)
        let (ids, _) = try await fixture.take(2, of: good[0][0].source, from: consumer)
        #expect(ids == ["1", "2"])
        let parked = try await parked("end")
        #expect(parked.body == garbage.body && parked.routingKey == garbage.route.routingKey)
        #expect(parked.mark?.login == "web-01.emitter-perf")
        #expect(parked.mark?.queue == Queue.name(of: "analyzer", partition: fixture.host.partition(of: 2)))
        for closing in [publisher, parking] { await closing.close() }
        await consumer.close()
    }

    @Test("a message that heads its queue five times and is never done with is parked, those behind it are not")
    func parksKiller() async throws {
        let events = fixture.telemetry(3)
        let publisher = try fixture.publisher(emitter)
        for event in events { try await publisher.send(event) }
        let parking = try fixture.publisher(Login(.analyzer))
        for _ in 0..<5 {
            let consumer = try analyzer(parking: parking)
            #expect(try await consumer.next()?.events == events[0])
            // Not acknowledged: the program ends over it.
            await consumer.close()
        }
        let consumer = try analyzer(parking: parking)
        let (ids, _) = try await fixture.take(2, of: events[0][0].source, from: consumer)
        #expect(ids == ["2", "3"])
        let parked = try await parked("delivered 5 times and never done with")
        #expect(try EventJSON.decodeBatch(parked.body) == events[0])
        for closing in [publisher, parking] { await closing.close() }
        await consumer.close()
    }

    @Test("queues are added while running and given up once what was handed out is acknowledged")
    func assigns() async throws {
        let partition = fixture.host.partition(of: 2)
        let own = Queue.name(of: "analyzer", partition: partition)
        let events = fixture.telemetry(4)
        let publisher = try fixture.publisher(emitter)
        let first = try analyzer(parking: nil, [Queue.name(of: "analyzer", partition: 1 - partition)])
        try await publisher.send(events[0])
        await first.assign(Queue.names(of: "analyzer", partitions: 2), within: .seconds(5))
        let delivery = try #require(try await first.next())
        #expect(delivery.events == events[0] && delivery.partition == partition)
        try await publisher.send(events[1])
        let other = Queue.name(of: "analyzer", partition: 1 - partition)
        async let released: Void = first.assign([other], within: .seconds(5))
        try await Task.sleep(for: .milliseconds(300))
        await first.acknowledge(delivery)
        await released
        let second = try analyzer(parking: nil, [own])
        let next = try #require(try await second.next())
        #expect(next.events == events[1])
        for consumer in [first, second] { await consumer.close() }
        await publisher.close()
    }

    @Test("the journal is read from an offset to a barrier")
    func journal() async throws {
        let login = Login(.activator)
        let publisher = try fixture.publisher(login)
        let source = EventSource(host: fixture.host, role: "activator")
        let journal = Journal(
            configuration: broker.configuration(for: login), publisher: publisher, source: source,
            logger: fixture.log.logger)
        func outcome(_ id: String) -> Event {
            Event(type: .outcome, source: source.description, id: id, time: .now(), host: fixture.host)
        }
        try await publisher.send([outcome("A"), outcome("B")])
        var seen: [String] = []
        let end = try await journal.read { seen.append($0.id) }
        #expect(seen == ["A", "B"])
        try await publisher.send([outcome("C")])
        seen = []
        try await journal.read(from: .number(end)) { seen.append($0.id) }
        #expect(seen == ["C"])
        await publisher.close()
    }
}
