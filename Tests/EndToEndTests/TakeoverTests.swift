import ExhaustCore
import ExhaustTestSupport
import Glibc
import Logging
import Testing

@testable import ExhaustBroker

/// An analyzer that follows one that died on another machine, as its own process, at a broker with a recorder.
@Suite(
    "A takeover on another machine", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"))
struct TakeoverTests {
    private static let rules = """
        version: 1
        rules:
        - {fact: seen, on: exhaust.perf, key: [host, dyn(data).n], ttl: 1h, subject: '{{ dyn(data).n }}'}
        - {fact: many, on: exhaust.perf, ttl: 1h, detect: {count: {above: 4, within: 10m}}}
        """
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("fills windows from the recorder, tells nothing twice, and counts what it refuses and how late it is")
    func takeover() async throws {
        let host = try #require(HostID("web-01"))
        let broker = try await PrivateBroker.start(hosts: [host])
        let directory = try TemporaryDirectory()
        do {
            try await run(broker, directory, host)
        } catch {
            Issue.record(error)
        }
        await broker.stop()
        directory.remove()
    }

    private func run(_ broker: PrivateBroker, _ directory: TemporaryDirectory, _ host: HostID) async throws {
        let publisher = try Publisher(
            configuration: broker.configuration(for: Login(.emitterPerf, host: host)), role: "emitter-perf",
            logger: logger)
        let first = try analyzer("one", broker, directory)
        for number in 1...3 { _ = try await publisher.enqueue([event(number, host)]) }
        #expect(try await facts(broker, until: { $0.count == 3 }).sorted() == ["seen 1", "seen 2", "seen 3"])
        // A snapshot with its mark tells up to when everything was handled.
        try await Task.sleep(for: .seconds(3))
        kill(first.pid, SIGKILL)
        _ = await first.wait(upTo: .seconds(5))
        let second = try analyzer("two", broker, directory)
        // Three in the recorder, and two that come now.
        for number in 4...5 { _ = try await publisher.enqueue([event(number, host)]) }
        let told = try await facts(broker, until: { $0.contains("many web-01") && $0.contains("seen 5") })
        #expect(told.sorted() == ["many web-01", "seen 1", "seen 2", "seen 3", "seen 4", "seen 5"])
        try await counters(broker, publisher, host)
        await publisher.close()
        second.signal(SIGTERM)
        #expect(await second.wait(upTo: .seconds(20)) == 0)
    }

    /// A message of no use is counted, and so is how old a heartbeat is when it is read.
    private func counters(_ broker: PrivateBroker, _ publisher: Publisher, _ host: HostID) async throws {
        let statuses = try Consumer(
            configuration: broker.configuration(for: Login(.observer)),
            source: .temporary(bindings: [Route(exchange: Exchange.status, routingKey: "status.*.analyzer.#")]),
            logger: logger)
        var garbage = try MessageBuilder(partitions: 2, bodyLimit: 1 << 20).messages(for: [event(6, host)])[0]
        garbage.body = Array("[{".utf8)
        _ = try await publisher.enqueue([garbage])
        var found: ValueMap = [:]
        while found["messages.refused"]?.int != 1 || found["events.lag_ms"] == nil,
            let delivery = try await statuses.next()
        {
            for beat in delivery.events { found = beat.data["counters"]?.map ?? [:] }
            await statuses.acknowledge(delivery)
        }
        #expect((0..<5000).contains(found["events.lag_ms"]?.int ?? -1))
        await statuses.close()
    }

    private func event(_ number: Int, _ host: HostID) -> Event {
        Event(
            type: .perf, source: EventSource(host: host, role: "emitter-perf", incarnation: "0").description,
            id: "\(number)", time: .now(), host: host, data: ["n": .int(Int64(number))])
    }

    private func analyzer(
        _ name: String, _ broker: PrivateBroker, _ directory: TemporaryDirectory
    ) throws -> ChildProcess {
        let rules = try directory.write(Array(Self.rules.utf8), to: "rules.yaml")
        let configuration = broker.configuration(for: Login(.analyzer))
        let password = try directory.write(Array((configuration.password ?? "").utf8), to: "password")
        return try ChildProcess(
            [
                "\(Programs.folder)/exhaust-analyzer", "--broker", configuration.address.description, "--set",
                "broker.login=analyzer", "--set", "broker.password_file=\(password)", "--set", "broker.partitions=2",
                "--host", "central-\(name)", "--set", "rules=[\(rules)]", "--set", "status_interval=1s",
                "--set", "state.directory=\(directory.path)/state-\(name)", "--set", "state.interval=1s",
            ], output: "\(directory.path)/\(name).log")
    }

    /// What was raised so far, by name and subject, once it is `enough`.
    private func facts(_ broker: PrivateBroker, until enough: ([String]) -> Bool) async throws -> [String] {
        let consumer = try Consumer(
            configuration: broker.configuration(for: Login(.observer)),
            source: .stream(Queue.journal, from: .first), logger: logger)
        var raised: [String] = []
        while !enough(raised), let delivery = try await consumer.next() {
            for event in delivery.events where event.type == .fact && event.data["transition"] == "raised" {
                raised.append("\(event.data["name"]?.string ?? "") \(event.data["subject"]?.string ?? "")")
            }
            await consumer.acknowledge(delivery)
        }
        await consumer.close()
        return raised
    }
}
