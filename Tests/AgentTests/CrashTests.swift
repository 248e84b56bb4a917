import Agent
import ExhaustCore
import ExhaustRuntime
import Testing

/// What a new agent makes of a ledger that an earlier one left at every step.
@Suite("After a crash") struct CrashTests {
    /// Brings a task to `step` in the ledger, and starts an agent on it.
    private func restart(
        after step: LedgerRecord.Step, _ bench: Bench, action: String, later: Duration = .seconds(1)
    ) async throws {
        let task = bench.task(action: action)
        do {
            let ledger = try await bench.ledger()
            let result = TaskResult(
                task: task.task, run: task.run, action: action, host: task.host, status: .succeeded, changed: true,
                finished: bench.clock.now)
            let records = [
                LedgerRecord(.accepted, at: bench.clock.now, task: task.task, statement: task),
                LedgerRecord(.started, at: bench.clock.now, task: task.task),
                LedgerRecord(.finished, at: bench.clock.now, task: task.task, result: result),
                LedgerRecord(.published, at: bench.clock.now, task: task.task),
            ]
            for record in records {
                try ledger.append(record)
                if record.step == step { break }
            }
        }
        bench.clock.advance(later)
        let agent = try bench.agent(try await bench.ledger())
        await agent.recover()
        #expect(await agent.drain(startWaiting: true, within: .seconds(10)))
    }

    @Test("Accepted, not started: it runs", arguments: ["service.restart", "service.start"])
    func accepted(_ action: String) async throws {
        let bench = try Bench()
        try await restart(after: .accepted, bench, action: action)
        #expect(bench.executor.count == 1)
        #expect(try bench.outlet.results().map(\.status) == [.succeeded])
    }

    @Test("Accepted, but expired meanwhile: it does not run, and says so")
    func acceptedAndExpired() async throws {
        let bench = try Bench()
        try await restart(after: .accepted, bench, action: "service.start", later: .seconds(400))
        #expect(bench.executor.count == 0)
        #expect(try bench.outlet.results().map(\.reason) == ["expired"])
    }

    @Test("Started, idempotent: it runs again")
    func startedIdempotent() async throws {
        let bench = try Bench()
        try await restart(after: .started, bench, action: "service.start")
        #expect(bench.executor.count == 1)
        #expect(try bench.outlet.results().map(\.status) == [.succeeded])
    }

    @Test("Started, not idempotent: unknown, with what a look at the host shows")
    func startedOnce() async throws {
        let bench = try Bench()
        try await restart(after: .started, bench, action: "service.restart")
        #expect(bench.executor.count == 0)
        let result = try #require(try bench.outlet.results().first)
        #expect(result.status == .unknown)
        #expect(result.output["running"] == false)
        #expect(result.started != nil)
    }

    @Test("Started, idempotent, expired meanwhile: unknown, not run")
    func startedAndExpired() async throws {
        let bench = try Bench()
        try await restart(after: .started, bench, action: "service.start", later: .seconds(400))
        #expect(bench.executor.count == 0)
        #expect(try bench.outlet.results().map(\.status) == [.unknown])
    }

    @Test("Finished, not published: the result is sent, marked as replayed")
    func finished() async throws {
        let bench = try Bench()
        try await restart(after: .finished, bench, action: "service.restart")
        #expect(bench.executor.count == 0)
        let result = try #require(try bench.outlet.results().first)
        #expect(result.status == .succeeded && result.replayed)
        #expect(try await bench.ledger().snapshot["01JT1"]?.isPublished == true)
    }

    @Test("Published: nothing is left to do")
    func published() async throws {
        let bench = try Bench()
        try await restart(after: .published, bench, action: "service.restart")
        #expect(bench.executor.count == 0)
        #expect(bench.outlet.sent.isEmpty)
    }

    @Test("A policy that was tightened meanwhile holds for what was accepted before")
    func tightenedPolicy() async throws {
        let bench = try Bench(policy: "version: 1")
        let task = bench.task()
        try await bench.ledger().append(
            LedgerRecord(.accepted, at: bench.clock.now, task: task.task, statement: task))
        let agent = try bench.agent(try await bench.ledger())
        await agent.recover()
        #expect(await agent.drain(startWaiting: true, within: .seconds(10)))
        #expect(bench.executor.count == 0)
        #expect(try bench.outlet.results().map(\.reason) == ["policy"])
    }

    @Test("A result that the broker would not take is sent by the next start")
    func brokerAway() async throws {
        let away = try Bench(outlet: MemoryOutlet(down: true))
        let agent = try away.agent(try await away.ledger())
        try await agent.take(away.event(away.task()))
        #expect(await agent.drain(startWaiting: true, within: .seconds(10)))
        let state = try await LedgerCopy(of: away).state()
        #expect(state["01JT1"]?.result?.status == .succeeded)
        #expect(state["01JT1"]?.isPublished == false)
    }
}

/// Reads a ledger that an agent still holds.
private struct LedgerCopy {
    let bench: Bench

    init(of bench: Bench) { self.bench = bench }

    func state() async throws -> LedgerState {
        let copy = try TemporaryFolder()
        try copy.write("ledger", String(decoding: bench.folder.read("ledger"), as: UTF8.self), mode: 0o600)
        return try await withThread(named: "test") { try Ledger(path: copy.path("ledger")).snapshot }
    }
}
