import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import ExhaustBroker

@Suite(
    "With a real broker", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"), .privateBroker)
struct BrokerIntegrationTests {
    private let fixture: BrokerFixture
    private let emitter: Login
    private var broker: PrivateBroker { fixture.broker }
    private var log: LogRecorder { fixture.log }

    init() throws {
        fixture = try BrokerFixture()
        emitter = Login(.emitterPerf, host: fixture.host)
    }

    @Test("what is published arrives in order, with its login, and an acknowledged queue is empty")
    func roundTrip() async throws {
        let batches = fixture.telemetry(500, batch: 10)
        let publisher = try fixture.publisher(emitter)
        let consumer = try fixture.analyzer()
        for batch in batches { _ = try await publisher.enqueue(batch) }
        var received: [Event] = []
        while received.count < 500 {
            let delivery = try #require(try await consumer.next())
            #expect(delivery.login == "web-01.emitter-perf" && !delivery.redelivered)
            received += delivery.events
            await consumer.acknowledge(delivery)
        }
        #expect(received == batches.flatMap { $0 })
        await publisher.close()
        await consumer.close()
        #expect(publisher.unconfirmed == 0)
        #expect(try await consumer.next() == nil)
        #expect(try await fixture.eventually { try await fixture.broker.depth(of: "exhaust.analyzer.01") == 0 })
        await #expect(throws: ExhaustError.self) { try await publisher.enqueue(batches[0]) }
    }

    @Test("a broker killed and started again in the middle of 2,000 events loses none and keeps their order")
    func survivesKill() async throws {
        let batches = fixture.telemetry(2000, batch: 5)
        let source = batches[0][0].source
        let publisher = try fixture.publisher(emitter) { $0.window = 50 }
        let consumer = try fixture.analyzer()
        let recorder = try fixture.consumer(Login(.observer), .stream(Queue.recorder, from: .first))
        async let received = fixture.take(2000, of: source, from: consumer)
        async let recorded = fixture.take(2000, of: source, from: recorder)
        async let sent: Void = {
            for batch in batches {
                _ = try await publisher.enqueue(batch)
                try await Task.sleep(for: .milliseconds(5))
            }
        }()
        try await Task.sleep(for: .seconds(1))
        try await broker.kill()
        try await Task.sleep(for: .milliseconds(300))
        try await broker.boot()
        try await sent
        let (ids, again) = try await received
        #expect(ids == (1...2000).map(String.init))
        let (recordedIDs, recordedAgain) = try await recorded
        #expect(recordedIDs == (1...2000).map(String.init))
        print("after the kill: \(again) duplicates from the queue, \(recordedAgain) from the stream")
        await publisher.close()
        await consumer.close()
        await recorder.close()
        let warnings = log.lines(at: .warning)
        #expect(warnings.contains { $0.contains("broker connection lost") })
        #expect(log.lines(at: .info).contains { $0.contains("broker connection restored") })
        #expect(log.lines(at: .error) == [])
        #expect(warnings.count < 20, "\(warnings)")
    }

    @Test("a task for a host without a queue is sent again until the host is provisioned")
    func retriesUnroutable() async throws {
        let newcomer = try #require(HostID("web-03"))
        let publisher = try fixture.publisher(Login(.orchestrator))
        let receipt = try await publisher.enqueue([fixture.task("T1", host: newcomer, life: .seconds(60))])
        // Other routes of the same publisher are not held up.
        let other = try await publisher.enqueue([fixture.task("T2", host: fixture.host, life: .seconds(60))])
        try await other.confirmed()
        #expect(try await fixture.eventually { !log.lines(at: .warning).isEmpty })
        try await Task.sleep(for: .seconds(1))
        #expect(log.lines(at: .warning).count == 1, "\(log.lines(at: .warning))")
        #expect(log.lines(at: .warning)[0].contains("broker.routing_key=web-03"))
        try await provision([newcomer])
        try await receipt.confirmed()
        let agent = try fixture.consumer(
            Login(.agent, host: newcomer), .queues([Queue.agent(newcomer)]))
        let delivery = try #require(try await agent.next())
        #expect(delivery.events.map(\.id) == ["T1"] && delivery.login == "orchestrator")
        await agent.acknowledge(delivery)
        await agent.close()
        await publisher.close()
    }

    @Test("a task that nobody takes expires, and its receipt says so")
    func expires() async throws {
        let nobody = try #require(HostID("web-99"))
        let publisher = try fixture.publisher(Login(.orchestrator))
        let receipt = try await publisher.enqueue([fixture.task("T1", host: nobody, life: .seconds(1))])
        let error = await #expect(throws: ExhaustError.self) { try await receipt.confirmed() }
        #expect(error?.description.contains("expired") == true)
        await publisher.close()
    }

    @Test("a full queue refuses, and every task arrives once there is room")
    func survivesFullQueue() async throws {
        let host = try #require(HostID("web-02"))
        let publisher = try fixture.publisher(Login(.orchestrator)) { $0.window = 100 }
        async let sent: Void = {
            for id in 1...1300 {
                _ = try await publisher.enqueue([fixture.task("T\(id)", host: host, life: .seconds(600))])
            }
        }()
        #expect(try await fixture.eventually { log.lines(at: .debug).contains { $0.contains("a queue is full") } })
        let agent = try fixture.consumer(Login(.agent, host: host), .queues([Queue.agent(host)]))
        let source = fixture.task("", host: host, life: .zero).source.split(separator: "/")
        var seen: Set<String> = []
        while seen.count < 1300, let delivery = try await agent.next() {
            #expect(delivery.events[0].source.hasPrefix("//\(source[0])/"))
            seen.formUnion(delivery.events.map(\.id))
            await agent.acknowledgeOne(delivery)
        }
        try await sent
        #expect(seen.count == 1300)
        await publisher.close()
        await agent.close()
    }

    @Test("a host's login cannot publish as another host: a clear error, growing pauses, nothing lost")
    func refusesForgery() async throws {
        let victim = try #require(HostID("web-02"))
        let publisher = try fixture.publisher(emitter, closeLimit: .milliseconds(200))
        _ = try await publisher.enqueue(fixture.telemetry(1, host: victim)[0])
        try await Task.sleep(for: .seconds(4))
        let errors = log.lines(at: .error)
        #expect(errors.count == 1, "\(errors)")
        #expect(errors[0].contains("403") && errors[0].contains("web-02") && errors[0].contains("permission"))
        let attempts = log.lines(at: .debug).count { $0.contains("broker connection open") }
        #expect((2...20).contains(attempts), "\(attempts) attempts")
        #expect(publisher.unconfirmed == 1)
        await publisher.close()
        #expect(log.lines(at: .error).last?.contains("messages=1") == true)
    }

    @Test("a missing queue and a wrong password are said once, with what to do")
    func saysWhatIsWrong() async throws {
        let consumer = try fixture.consumer(Login(.analyzer), .queues(["exhaust.analyzer.77"]))
        let stranger = try fixture.publisher(emitter, closeLimit: .zero) { $0.password = "wrong" }
        try await Task.sleep(for: .seconds(2))
        await consumer.close()
        await stranger.close()
        let errors = log.lines(at: .error)
        #expect(errors.count == 2, "\(errors)")
        #expect(
            errors.contains {
                $0.contains("queue exhaust.analyzer.77 is missing on broker amqp://127.0.0.1:\(broker.port)/exhaust")
                    && $0.contains("exhaustctl topology apply")
            })
        #expect(errors.contains { $0.contains("refused the login") && $0.contains("password_file") })
    }

    @Test("what cannot be read or lies about its host goes to the dead-letter queue, its neighbours go on")
    func parksBadMessages() async throws {
        let dead = try await fixture.broker.depth(of: Queue.dead)
        // With a right that no provisioning gives: any key.
        try await broker.control(
            "set_topic_permissions", "-p", "exhaust", "web-01.emitter-perf", Exchange.telemetry, ".*", "^$")
        let link = try BrokerLink(
            configuration: broker.configuration(for: emitter), connectionName: "raw", watchdog: .shared)
        let victim = try #require(HostID("web-02"))
        let builder = MessageBuilder(partitions: 2, bodyLimit: 1 << 20)
        var garbage = try builder.messages(for: fixture.telemetry(1)[0])[0]
        garbage.body = Array("[{\"specversion\":".utf8)
        let forged = try builder.messages(for: fixture.telemetry(1, host: victim)[0])[0]
        let good = fixture.telemetry(1)[0]
        let messages = try builder.messages(for: good) + [garbage, forged]
        for message in messages { try link.publish(message, role: "raw") }
        let consumer = try fixture.analyzer()
        // Bad messages are dealt with on the way to the next good one.
        let reading = Task {
            var received: [Event] = []
            while let delivery = try await consumer.next() {
                received += delivery.events.filter { $0.type != .status }
                await consumer.acknowledge(delivery)
            }
            return received
        }
        _ = try await fixture.eventually { log.lines(at: .error).count == 2 }
        #expect(
            log.lines(at: .error).contains { $0.contains("login web-01.emitter-perf sent an event of host web-02") })
        #expect(log.lines(at: .error).contains { $0.contains("exhaust.analyzer.0") })
        #expect(try await fixture.eventually { try await fixture.broker.depth(of: Queue.dead) == dead + 2 })
        await consumer.close()
        #expect(try await reading.value == good)
        link.closePolitely()
        try await provision([])
    }

    @Test("an observer sees what passes by, through a queue of its own that ends with it")
    func observes() async throws {
        let observer = try fixture.consumer(
            Login(.observer), .temporary(bindings: [Route(exchange: Exchange.telemetry, routingKey: "telemetry.#")]))
        #expect(try await fixture.eventually { log.lines(at: .info).contains { $0.contains("connected") } })
        let publisher = try fixture.publisher(emitter)
        let events = fixture.telemetry(3, batch: 3)[0]
        try await publisher.send(events)
        let delivery = try #require(try await observer.next())
        #expect(delivery.events == events)
        await observer.close()
        await publisher.close()
        let drained = try fixture.analyzer()
        _ = try await fixture.take(3, of: events[0].source, from: drained)
        await drained.close()
        let queues = try await broker.control("list_queues", "-p", "exhaust", "name")
        #expect(!queues.contains("exhaust.observer."))
    }

    @Test("next ends with nil when its task is cancelled")
    func cancels() async throws {
        let consumer = try fixture.analyzer()
        let waiting = Task { try await consumer.next() }
        try await Task.sleep(for: .milliseconds(200))
        waiting.cancel()
        #expect(try await waiting.value == nil)
        await consumer.close()
    }

    /// Provisions the hosts of the suite and `more`, as an operator would.
    private func provision(_ more: [HostID]) async throws {
        let topology = Topology(hosts: broker.topology.hosts + more, settings: broker.topology.settings)
        try await broker.provision(topology)
    }
}
