import Agent
import ExhaustCore
import Testing

@Suite("Agent") struct AgentTests {
    @Test("A result names its task, run, partition and chain")
    func resultEvent() async throws {
        let bench = try Bench()
        let result = try await bench.answer(bench.event(bench.task()))
        #expect(result.task == "01JT1" && result.run == "01JR1" && result.action == "service.restart")
        #expect(result.started == bench.clock.now)
        let event = try #require(bench.outlet.sent.first)
        #expect(event.type == .result && event.host == bench.host)
        #expect(event.causationID == "01JT1" && event.correlationID == "01JF1" && event.chainDepth == 1)
        #expect(event.extensions["partition"] == 5)
    }

    @Test("A task is on disk before it may be acknowledged")
    func acceptedFirst() async throws {
        let bench = try Bench(executor: CountingExecutor(pause: .milliseconds(300)))
        let ledger = try await bench.ledger()
        let agent = try bench.agent(ledger)
        try await agent.take(bench.event(bench.task()))
        #expect(ledger.snapshot["01JT1"] != nil)
        #expect(ledger.snapshot["01JT1"]?.result == nil)
        #expect(await agent.drain(startWaiting: true, within: .seconds(10)))
        #expect(ledger.snapshot["01JT1"]?.isPublished == true)
    }

    @Test("A duplicate of a running task waits for the one answer")
    func duplicateWhileRunning() async throws {
        let bench = try Bench(executor: CountingExecutor(pause: .milliseconds(200)))
        let agent = try bench.agent(try await bench.ledger())
        let event = try bench.event(bench.task())
        try await agent.take(event)
        try await agent.take(event)
        #expect(await agent.drain(startWaiting: true, within: .seconds(10)))
        #expect(bench.executor.count == 1)
        #expect(try bench.outlet.results().count == 1)
    }

    @Test("Tasks for one service run one after the other, others beside them, never more than the limit")
    func lanes() async throws {
        var bench = try Bench(executor: CountingExecutor(pause: .milliseconds(20)))
        bench.parallel = 3
        let agent = try bench.agent(try await bench.ledger())
        for number in 0..<20 {
            let parameters: ValueMap = ["name": .string("s\(number % 5)")]
            try await agent.take(bench.event(bench.task("T\(number)", action: "service.start", parameters: parameters)))
        }
        #expect(await agent.drain(startWaiting: true, within: .seconds(20)))
        #expect(bench.executor.count == 20)
        #expect(!bench.executor.clashed)
        #expect((2...3).contains(bench.executor.most))
    }

    @Test("A shutdown brings to an end what runs, and leaves the rest to the next start")
    func shutdown() async throws {
        let bench = try Bench(executor: CountingExecutor(pause: .seconds(2)))
        do {
            let agent = try bench.agent(try await bench.ledger())
            for number in 0..<3 { try await agent.take(bench.event(bench.task("T\(number)", action: "service.start"))) }
            #expect(await agent.drain(startWaiting: false, within: .seconds(10)))
            #expect(bench.executor.count == 1)
            #expect(try bench.outlet.results().map(\.task) == ["T0"])
        }
        let agent = try bench.agent(try await bench.ledger())
        await agent.recover()
        #expect(await agent.drain(startWaiting: true, within: .seconds(10)))
        #expect(try bench.outlet.results().map(\.task) == ["T0", "T1", "T2"])
    }

    @Test("A shutdown does not wait for ever")
    func boundedShutdown() async throws {
        let bench = try Bench(executor: CountingExecutor(pause: .seconds(8)))
        let agent = try bench.agent(try await bench.ledger())
        try await agent.take(bench.event(bench.task()))
        let start = ContinuousClock.now
        #expect(await agent.drain(startWaiting: false, within: .milliseconds(100)) == false)
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test("A task that expires while it waits for its turn does not run")
    func expiresWaiting() async throws {
        let bench = try Bench(executor: CountingExecutor(pause: .milliseconds(200)))
        let agent = try bench.agent(try await bench.ledger())
        try await agent.take(bench.event(bench.task("T0", action: "service.start")))
        try await agent.take(bench.event(bench.task("T1", action: "service.start")))
        bench.clock.advance(.seconds(301))
        #expect(await agent.drain(startWaiting: true, within: .seconds(10)))
        #expect(try bench.outlet.results().map(\.reason).contains("expired"))
    }

    @Test("Results fit docs/schemas/exhaust.result.json")
    func schema() async throws {
        let path = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let schema = try JSONReader.parse(FileContent.read(path + "/docs/schemas/exhaust.result.json"))
        let known = Set(schema["properties"]?["data"]?["properties"]?.map?.keys ?? [])
        let required = schema["properties"]?["data"]?["required"]?.list?.compactMap(\.string) ?? []
        #expect(!required.isEmpty)
        let bench = try Bench()
        let agent = try bench.agent(try await bench.ledger())
        try await agent.take(bench.event(bench.task()))
        try await agent.take(bench.event(["x": 1]))
        #expect(await agent.drain(startWaiting: true, within: .seconds(10)))
        for event in bench.outlet.sent {
            #expect(Set(event.data.keys).isSubset(of: known))
            #expect(Set(required).isSubset(of: Set(event.data.keys)))
        }
    }
}
