import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Glibc
import Logging
import Testing

/// The whole loop, as `make demo` runs it, with the broker killed in the middle.
@Suite("The loop", .timeLimit(.minutes(4)))
struct EndToEndTests {
    private static let work = "/tmp/exhaust-demo"
    private static let script =
        String(#filePath.prefix(#filePath.count - "Tests/EndToEndTests/EndToEndTests.swift".count))
        + "deploy/demo/run"

    @Test("heals both faults though the broker is killed, and loses nothing", .enabled(if: obstacle == nil))
    func brokerKilled() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let log = "\(directory.path)/demo.log"
        let demo = try ChildProcess(
            [Self.script], environment: ["BIN": Programs.folder, "KEEP": "1", "BREAK_BROKER": "1"], output: log)
        let status = await demo.wait(upTo: .seconds(240))
        if status == nil { demo.signal(SIGTERM) }
        let story = String(decoding: try FileContent.read(log), as: UTF8.self)
        #expect(status == 0, "\(story)")
        #expect(story.hasSuffix("loop closed: 2 verified, 0 ineffective, 0 unknown\n"), "\(story)")
        do {
            try await checkStreams()
        } catch {
            Issue.record(error)
        }
        try await ChildProcess.run([Self.script, "stop"])
        #expect(access(Self.work, F_OK) != 0)
    }

    /// Everything that was published is in the streams: ids without holes, and one outcome for each action.
    private func checkStreams() async throws {
        let telemetry = try await read(Queue.recorder)
        var ids: [String: Set<Int>] = [:]
        for event in telemetry { ids[event.source, default: []].insert(try #require(Int(event.id))) }
        #expect(ids.count == 2, "accounting and performance, one start each: \(ids.keys)")
        for (source, numbers) in ids {
            #expect(numbers.count > 10 && numbers == Set(1...numbers.count), "\(source) has holes")
        }
        let journal = try await read(Queue.journal)
        let actions = Set(journal.filter { $0.type == .action }.map(\.id))
        let outcomes = journal.filter { $0.type == .outcome }.compactMap { $0.data["action"]?.string }
        #expect(actions.count == 2 && Set(outcomes) == actions && outcomes.count == 2)
        let restarts = journal.filter { $0.type == .result && $0.data["action"] == "service.restart" }
        #expect(restarts.count == 1, "the service was restarted once")
    }

    /// What a stream of the demo's broker holds, read for some seconds.
    private func read(_ stream: String) async throws -> [Event] {
        struct Settings: Decodable { let broker: BrokerConfiguration }
        let settings = try YAMLReader.read("\(Self.work)/exhaustctl.yaml").decode(Settings.self)
        let consumer = try Consumer(
            configuration: settings.broker, source: .stream(stream, from: .first),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let events = try await withThrowingTaskGroup(of: Void.self) { group in
            let collected = Collected()
            group.addTask {
                while let delivery = try await consumer.next() {
                    await collected.add(delivery.events)
                    await consumer.acknowledge(delivery)
                }
            }
            // The demo goes on publishing, so the stream never falls quiet; it is short, though.
            try await Task.sleep(for: .seconds(5))
            group.cancelAll()
            return await collected.events
        }
        await consumer.close()
        return events
    }

    private actor Collected {
        private(set) var events: [Event] = []
        func add(_ more: [Event]) { events += more }
    }

    /// Why the loop cannot be run here; printed, since a skipped test says nothing by itself.
    private static let obstacle: String? = {
        var reason = PrivateBroker.obstacle
        if geteuid() != 0 { reason = "skipped: process accounting and namespaces need root" }
        if access("/usr/sbin/nginx", X_OK) != 0 { reason = "skipped: nginx is not installed" }
        if let reason { print("The loop: \(reason)") }
        return reason
    }()
}
