import ExhaustBroker
import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Logging
import Testing

@testable import Orchestrator

@Suite(
    "The orchestrator at a real broker", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"))
struct BrokerTests {
    private let key: SigningKey
    private let workflows: [String: Workflow]
    private let logger: Logger

    init() throws {
        key = try SigningKey(seed: [UInt8](repeating: 9, count: 32))
        workflows = try load(
            """
            - name: chain
              inputs: {host: {type: host}}
              tasks:
                one: {adapter: agent, action: a.b}
                two: {needs: [one], adapter: agent, action: a.b}
            """)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
    }

    /// One life of the orchestrator, until its task is cancelled.
    private func live(_ broker: PrivateBroker) throws -> Task<Void, any Error> {
        let login = Login(.orchestrator)
        let outlet = try Publisher(
            configuration: broker.configuration(for: login), role: "orchestrator", logger: logger)
        let inlet = try Consumer(
            configuration: broker.configuration(for: login),
            source: .queues(Queue.names(of: "orchestrator", partitions: 2)), parking: outlet, logger: logger)
        let host = try #require(HostID("central"))
        let source = EventSource(host: host, role: "orchestrator")
        let journal = Journal(
            configuration: broker.configuration(for: login), publisher: outlet, source: source, logger: logger)
        let events = EventMaker(EventFactory(source: source, seed: nil))
        let tools = AdapterTools(
            taskEvents: TaskEventMaker(events: events, key: key, keyEpoch: 1, partitions: 2), now: { .now() },
            publish: { try await outlet.send([$0]) })
        let engine = OrchestratorEngine(workflows: workflows)
        let desk = RunDesk(engine: engine, events: events, counters: Counters(), logger: logger)
        let intake = Intake(
            PartitionedInlet(inlet: inlet, keeper: nil),
            adoption: Adoption(journal: journal, source: source, partitions: 2), count: 2)
        let loop = OrchestratorLoop(
            desk: desk, intake: intake, outlet: outlet, adapters: try Adapters.make(tools), logger: logger)
        return Task {
            try await loop.run()
            await inlet.close()
            await outlet.close()
        }
    }

    /// Takes the agent's next task; gives what the signed statement says.
    private func take(_ inlet: Consumer) async throws -> TaskStatement {
        let delivery = try #require(try await inlet.next())
        await inlet.acknowledge(delivery)
        let envelope = try DSSEEnvelope(data: delivery.events[0].data)
        return try TaskStatement(envelope.verified(by: [key.verifyingKey]))
    }

    private func answer(_ statement: TaskStatement, id: String) throws -> Event {
        let host = try #require(HostID(statement.host))
        let result = TaskResult(
            task: statement.task, run: statement.run, action: statement.action, host: statement.host,
            status: .succeeded, finished: .now())
        let data = try #require(ValueEncoder().encode(result).map)
        let source = EventSource(host: host, role: "agent").description
        var event = Event(type: .result, source: source, id: id, time: .now(), host: host, data: data)
        event.extensions["partition"] = .int(Int64(statement.partition))
        return event
    }

    @Test("a run that its orchestrator left is taken up by the next one where it stopped, and ends")
    func takeover() async throws {
        let host = try #require(HostID("web-01"))
        let broker = try await PrivateBroker.start(hosts: [host])
        do {
            try await takeOver(broker, host)
        } catch {
            Issue.record(error)
        }
        await broker.stop()
    }

    private func takeOver(_ broker: PrivateBroker, _ host: HostID) async throws {
        let activator = try Publisher(
            configuration: broker.configuration(for: Login(.activator)), role: "activator", logger: logger)
        let agentLogin = Login(.agent, host: host)
        let agentIn = try Consumer(
            configuration: broker.configuration(for: agentLogin), source: .queues([Queue.agent(host)]), logger: logger)
        let agentOut = try Publisher(
            configuration: broker.configuration(for: agentLogin), role: "agent", logger: logger)
        let first = try live(broker)
        try await activator.send([try action("chain", notAfter: .now() + .seconds(120))])
        let one = try await take(agentIn)
        #expect(one.task == "01JACTION0000000000000000A-one-1")
        try await agentOut.send([try answer(one, id: "1")])
        let two = try await take(agentIn)
        #expect(two.task == "01JACTION0000000000000000A-two-1")
        first.cancel()
        try await first.value

        // The journal says that one is done and that two was sent: the next instance sends two alone, once it hears of
        // the partition, here by a result that it knows already.
        let second = try live(broker)
        try await agentOut.send([try answer(one, id: "1")])
        let again = try await take(agentIn)
        #expect(again.task == two.task)
        try await agentOut.send([try answer(again, id: "2")])

        // Everything is acknowledged once it is journalled, so empty queues say that the run has ended.
        let queues = Queue.names(of: "orchestrator", partitions: 2)
        var depth = -1
        for _ in 0..<100 where depth != 0 {
            let list = try await broker.control("list_queues", "-p", "exhaust", "name", "messages")
            let lines = list.split(separator: "\n").filter { line in queues.contains { line.hasPrefix("\($0)\t") } }
            depth = lines.reduce(0) { $0 + (Int($1.split(separator: "\t").last ?? "") ?? 1000) }
        }
        #expect(depth == 0)
        second.cancel()
        try await second.value
        await activator.close()
        await agentIn.close()
        await agentOut.close()
    }
}
