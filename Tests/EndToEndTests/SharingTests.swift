import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Glibc
import Logging
import Testing

/// Two analyzers, as their own processes, at a broker with 16 partitions.
@Suite(
    "Two analyzers", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"))
struct SharingTests {
    private static let hosts = 12
    private static let eventsPerHost = 300
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("share the partitions; one is killed in mid-stream, and every fact comes out once, in order")
    func killed() async throws {
        let hosts = try (1...Self.hosts).map { try #require(HostID("web-\($0)")) }
        let broker = try await PrivateBroker.start(hosts: hosts, partitions: 16)
        let directory = try TemporaryDirectory()
        do {
            try await run(broker, directory, hosts)
        } catch {
            Issue.record(error)
        }
        await broker.stop()
        directory.remove()
    }

    private func run(_ broker: PrivateBroker, _ directory: TemporaryDirectory, _ hosts: [HostID]) async throws {
        let first = try analyzer("one", broker, directory)
        #expect(try await says("share of partitions changed", in: "one", directory, within: .zero) == false)
        #expect(try await says("broker connected", in: "one", directory))
        let second = try analyzer("two", broker, directory)
        for name in ["one", "two"] {
            #expect(try await says("partitions.own=8", in: name, directory), "the partitions are shared evenly")
        }
        let facts = Task { try await collect(broker, Self.hosts * Self.eventsPerHost) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in hosts { group.addTask { try await emit(host, broker) } }
            try await Task.sleep(for: .milliseconds(1500))
            kill(first.pid, SIGKILL)
            _ = await first.wait(upTo: .seconds(5))
            try await group.waitForAll()
        }
        let raised = try await facts.value
        for host in hosts {
            let numbers = raised[host.description] ?? []
            #expect(numbers == Array(1...Self.eventsPerHost), "facts of \(host): \(numbers.count)")
        }
        #expect(try await says("partitions.own=16", in: "two", directory))
        second.signal(SIGTERM)
        #expect(await second.wait(upTo: .seconds(20)) == 0)
    }

    /// An analyzer that raises a fact for every event.
    private func analyzer(
        _ name: String, _ broker: PrivateBroker, _ directory: TemporaryDirectory
    ) throws -> ChildProcess {
        let rules = try directory.write(
            Array(
                """
                version: 1
                rules:
                - {fact: seen, on: exhaust.perf, key: [host, dyn(data).n], ttl: 1h, subject: '{{ dyn(data).n }}'}
                """.utf8), to: "rules.yaml")
        let configuration = broker.configuration(for: Login(.analyzer))
        let password = try directory.write(Array((configuration.password ?? "").utf8), to: "password")
        return try ChildProcess(
            [
                "\(Programs.folder)/exhaust-analyzer", "--broker", configuration.address.description, "--set",
                "broker.login=analyzer", "--set", "broker.password_file=\(password)", "--host", "central-\(name)",
                "--set", "rules=[\(rules)]", "--set", "status_interval=1s",
                "--set", "state.directory=\(directory.path)/state-\(name)", "--set", "state.interval=1s",
            ], output: "\(directory.path)/\(name).log")
    }

    /// Publishes the host's events, three at a time, for about three seconds.
    private func emit(_ host: HostID, _ broker: PrivateBroker) async throws {
        let publisher = try Publisher(
            configuration: broker.configuration(for: Login(.emitterPerf, host: host)), role: "emitter-perf",
            logger: logger)
        let source = EventSource(host: host, role: "emitter-perf").description
        for first in stride(from: 1, through: Self.eventsPerHost, by: 3) {
            let events = (first..<first + 3).map { id in
                Event(
                    type: .perf, source: source, id: "\(id)", time: .now(), host: host, data: ["n": .int(Int64(id))])
            }
            _ = try await publisher.enqueue(events)
            try await Task.sleep(for: .milliseconds(30))
        }
        await publisher.close()
    }

    /// The numbers of the facts that were raised, by host, in order, until `count` different ones have come and for
    /// a moment longer.
    private func collect(_ broker: PrivateBroker, _ count: Int) async throws -> [String: [Int]] {
        let consumer = try Consumer(
            configuration: broker.configuration(for: Login(.observer)),
            source: .stream(Queue.journal, from: .first), logger: logger)
        var raised: [String: [Int]] = [:]
        var seen: Set<String> = []
        while seen.count < count, let delivery = try await consumer.next() {
            for event in delivery.events where event.type == .fact && event.data["transition"] == "raised" {
                seen.insert(event.data["key"]?.string ?? "")
                raised[event.host.description, default: []].append(Int(event.data["subject"]?.string ?? "") ?? 0)
            }
            await consumer.acknowledge(delivery)
        }
        await consumer.close()
        return raised
    }

    private func says(
        _ text: String, in name: String, _ directory: TemporaryDirectory, within limit: Duration = .seconds(20)
    ) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        repeat {
            let log = String(decoding: try FileContent.read("\(directory.path)/\(name).log"), as: UTF8.self)
            if log.contains(text) { return true }
            try await Task.sleep(for: .milliseconds(50))
        } while ContinuousClock.now < deadline
        return false
    }
}
