import ExhaustCore
import ExhaustRuntime
import Logging
import Testing

@testable import Orchestrator

@Suite("The live loop", .timeLimit(.minutes(2)))
struct LoopTests {
    private let diary = Diary()
    private let inlet: FakeInlet
    private let outlet: FakeOutlet
    private let desk: RunDesk
    private let run = "01JACTION0000000000000000A"

    init() throws {
        inlet = FakeInlet(diary)
        outlet = FakeOutlet(diary)
        let workflows = try load(
            """
            - name: chain
              inputs: {host: {type: host}}
              tasks:
                one: {adapter: agent, action: a.b}
                two: {needs: [one], adapter: agent, action: a.b}
            """)
        let host = try #require(HostID("central"))
        let source = EventSource(host: host, role: "orchestrator", incarnation: "1")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        desk = RunDesk(
            engine: OrchestratorEngine(workflows: workflows), events: EventMaker(EventFactory(source: source, seed: 1)),
            counters: Counters(), logger: logger, now: { start })
    }

    private func loop(_ adapter: FakeAdapter) -> OrchestratorLoop {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let intake = Intake(PartitionedInlet(inlet: inlet, keeper: nil), adoption: nil, count: 1)
        return OrchestratorLoop(
            desk: desk, intake: intake, outlet: outlet, adapters: ["agent": adapter], logger: logger)
    }

    /// A result as an agent publishes it.
    private func result(_ task: String, host: String = "web-01") throws -> Event {
        let id = try #require(HostID("web-01"))
        let result = TaskResult(
            task: "\(run)-\(task)", run: run, action: "a.b", host: host, status: .succeeded, finished: start)
        let data = try #require(ValueEncoder().encode(result).map)
        return Event(type: .result, source: "//web-01/agent/1", id: task, time: start, host: id, data: data)
    }

    @Test("journals before it sends, and acknowledges what is journalled")
    func order() async throws {
        let loop = loop(FakeAdapter(diary))
        let running = Task { try await loop.run() }
        inlet.deliver(try action("chain"))
        #expect(await diary.wait(for: "task \(run)-one-1"))
        #expect(await diary.wait(for: "ack 1"))
        inlet.deliver(try result("one-1"))
        #expect(await diary.wait(for: "task \(run)-two-1"))
        #expect(await diary.wait(for: "ack 2"))
        inlet.deliver(try result("two-1"))
        #expect(await diary.wait(for: "ack 3"))
        #expect(
            diary.entries.filter { !$0.hasPrefix("task ") } == [
                "journal started", "journal task-sent", "ack 1",
                "journal task-succeeded", "journal task-sent", "ack 2",
                "journal task-succeeded", "journal succeeded", "ack 3",
            ])
        inlet.end()
        try await running.value
    }

    @Test("while the journal does not confirm, nothing is sent and nothing acknowledged")
    func writeAhead() async throws {
        outlet.hold(true)
        let loop = loop(FakeAdapter(diary))
        let running = Task { try await loop.run() }
        inlet.deliver(try action("chain"))
        inlet.deliver(try action("nope", id: "B"))
        try await Task.sleep(for: .milliseconds(300))
        #expect(diary.entries.isEmpty)
        outlet.hold(false)
        #expect(await diary.wait(for: "task \(run)-one-1"))
        #expect(await diary.wait(for: "ack 2"))
        #expect(diary.entries.firstIndex(of: "journal failed") ?? 9 < diary.entries.firstIndex(of: "ack 2") ?? 0)
        inlet.end()
        try await running.value
    }

    @Test("an adapter that knows the result itself carries the run on; what it throws is the reason")
    func adapterResults() async throws {
        let loop = loop(
            FakeAdapter(diary) { request in
                guard request.task == "one" else { throw ExhaustError(.unavailable, "no route") }
                return request.result(.succeeded, finished: start)
            })
        let running = Task { try await loop.run() }
        inlet.deliver(try action("chain"))
        #expect(await diary.wait(for: "journal failed"))
        #expect(
            diary.entries.filter { $0.hasPrefix("journal") }.suffix(2) == ["journal task-failed", "journal failed"])
        inlet.end()
        try await running.value
    }

    @Test("a shutdown leaves unfinished runs to the journal, at once")
    func shutdown() async throws {
        let loop = loop(
            FakeAdapter(diary) { _ in
                try await Task.sleep(for: .seconds(60))
                return nil
            })
        let running = Task { try await loop.run() }
        inlet.deliver(try action("chain"))
        #expect(await diary.wait(for: "task \(run)-one-1"))
        #expect(await diary.wait(for: "ack 1"))
        let start = ContinuousClock.now
        running.cancel()
        try await running.value
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(diary.entries.count == 4 && !diary.entries.contains("journal failed"))
    }

    @Test("a shutdown while the journal is away ends all the same")
    func shutdownWithoutBroker() async throws {
        outlet.hold(true)
        let loop = loop(FakeAdapter(diary))
        let running = Task { try await loop.run() }
        inlet.deliver(try action("chain"))
        try await Task.sleep(for: .milliseconds(100))
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        #expect(diary.entries.isEmpty)
    }

    @Test("a journal that can never take a step ends the role, so that nobody goes on without one")
    func lostJournal() async throws {
        outlet.refuse("exhaust.journal is missing")
        let loop = loop(FakeAdapter(diary))
        let running = Task { try await loop.run() }
        inlet.deliver(try action("chain"))
        await #expect(throws: ExhaustError.self) { try await running.value }
        #expect(diary.entries.isEmpty)
    }

    @Test("an action that comes again over a new connection is acknowledged and not run again")
    func reconnection() async throws {
        let loop = loop(FakeAdapter(diary) { $0.task == "one" ? nil : $0.result(.succeeded, finished: start) })
        let running = Task { try await loop.run() }
        inlet.deliver(try action("chain"), generation: 1)
        #expect(await diary.wait(for: "task \(run)-one-1"))
        inlet.deliver(try action("chain"), generation: 2)
        inlet.deliver(try result("one-1"), generation: 2)
        #expect(await diary.wait(for: "journal succeeded"))
        #expect(await diary.wait(for: "ack 2"))
        // After its end the action has no effect but an acknowledgement.
        inlet.deliver(try action("chain"), generation: 3)
        #expect(await diary.wait(for: "ack 4"))
        inlet.end()
        try await running.value
        #expect(diary.entries.count { $0 == "journal started" } == 1)
    }

    @Test("results that are malformed or speak for another host are dropped")
    func badResults() async throws {
        let loop = loop(FakeAdapter(diary))
        let running = Task { try await loop.run() }
        inlet.deliver(try action("chain"))
        #expect(await diary.wait(for: "task \(run)-one-1"))
        inlet.deliver(try result("one-1", host: "db-07"))
        var malformed = try result("one-1")
        malformed.data["status"] = "fine"
        inlet.deliver(malformed)
        #expect(await diary.wait(for: "ack 3"))
        #expect(!diary.entries.contains("journal task-succeeded"))
        inlet.end()
        try await running.value
    }

    @Test("a thousand runs at once all end")
    func load1000() async throws {
        let loop = loop(FakeAdapter(diary) { $0.result(.succeeded, finished: start) })
        let running = Task { try await loop.run() }
        for number in 0..<1000 { inlet.deliver(try action("chain", id: "01JACTION\(number)")) }
        #expect(await diary.wait(for: "journal succeeded", count: 1000))
        inlet.end()
        try await running.value
        #expect(diary.entries.count { $0.hasPrefix("ack") } == 1000)
        #expect(Set(diary.entries.filter { $0.hasPrefix("task ") }).count == 2000)
    }
}
