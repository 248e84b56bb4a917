import ExhaustCore
import ExhaustRuntime
import Logging
import Testing

@testable import Orchestrator

@Suite("Pipe mode")
struct ReplayTests {
    private static let yaml = """
        - name: chain
          inputs: {host: {type: host}}
          tasks:
            one: {adapter: agent, action: a.b, with: {x: 1}, timeout: 30s, retry: {max: 1, delay: 5s}}
            two: {needs: [one], adapter: http, action: get, with: {url: "http://{{ host }}/"}}
        """

    private static func engine(key: SigningKey?) throws -> ReplayEngine {
        let host = try #require(HostID("central"))
        let source = EventSource(host: host, role: "orchestrator", incarnation: "pipe")
        let events = EventMaker(EventFactory(source: source, seed: 1))
        return ReplayEngine(
            engine: OrchestratorEngine(workflows: try load(yaml)), events: events,
            taskEvents: TaskEventMaker(events: events, key: key, keyEpoch: 3, partitions: 16),
            rejections: Rejections(), logger: Logger(label: "test"))
    }

    private static func result(_ task: String, at time: Timestamp) throws -> Event {
        let result = TaskResult(
            task: "01JACTION0000000000000000A-\(task)", run: "01JACTION0000000000000000A", action: "a.b",
            host: "web-01", status: .succeeded, finished: time)
        return Event(
            type: .result, source: "//web-01/agent/1", id: task, time: time, host: try #require(HostID("web-01")),
            data: try #require(ValueEncoder().encode(result).map))
    }

    private static func replay(key: SigningKey?) throws -> [Event] {
        var engine = try engine(key: key)
        var output = engine.handle(try action("chain"), now: start)
        // The first attempt gets no answer; five minutes later its timers have long been due.
        output += engine.advance(to: start + .seconds(36))
        output += engine.handle(try result("one-2", at: start + .seconds(36)), now: start + .seconds(36))
        output += engine.handle(try result("two-1", at: start + .seconds(37)), now: start + .seconds(37))
        return output
    }

    @Test("gives every step at its own event time, and the same bytes each time")
    func determinism() throws {
        let key = try SigningKey(seed: [UInt8](repeating: 7, count: 32))
        let first = try Self.replay(key: key)
        let second = try Self.replay(key: key)
        #expect(first.map { EventJSON.encode($0) } == second.map { EventJSON.encode($0) })
        let steps = first.map { "\(($0.time - start).inSeconds) \($0.data["state"]?.string ?? $0.type.rawValue)" }
        #expect(
            steps == [
                "0.0 started", "0.0 task-sent", "0.0 exhaust.task", "30.0 task-retrying", "35.0 task-sent",
                "35.0 exhaust.task", "36.0 task-succeeded", "36.0 task-sent", "36.0 exhaust.task",
                "37.0 task-succeeded", "37.0 succeeded",
            ])
    }

    @Test("an agent's task is signed for its host, expires, and stands in the causal chain")
    func signedTask() throws {
        let key = try SigningKey(seed: [UInt8](repeating: 7, count: 32))
        let event = try #require(try Self.replay(key: key).first { $0.type == .task })
        #expect(event.extensions["expirytime"]?.string == (start + .seconds(30)).description)
        #expect(event.causationID == "01JACTION0000000000000000A")
        #expect(event.correlationID == "01JFACT")
        #expect(event.chainDepth == 1)
        let envelope = try DSSEEnvelope(data: event.data)
        let statement = try TaskStatement(envelope.verified(by: [key.verifyingKey]))
        let host = try #require(HostID("web-01"))
        #expect(
            statement
                == TaskStatement(
                    task: "01JACTION0000000000000000A-one-1", run: "01JACTION0000000000000000A", host: host,
                    action: "a.b", parameters: ["x": 1], notBefore: start, notAfter: start + .seconds(30),
                    keyEpoch: 3, partition: host.partition(of: 16),
                    chain: .init(correlation: "01JFACT", causation: "01JACTION0000000000000000A", depth: 1)))
    }

    @Test("without a key, and for other adapters, tasks are described in words that no agent takes")
    func describedTask() throws {
        let tasks = try Self.replay(key: nil).filter { $0.type == .task }
        #expect(tasks.map { $0.data["adapter"]?.string } == ["agent", "agent", "http"])
        #expect(tasks.last?.data["parameters"] == ["url": "http://web-01/"])
        #expect(throws: (any Error).self) { try DSSEEnvelope(data: tasks[0].data) }
    }
}
