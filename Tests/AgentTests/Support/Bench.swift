import Agent
import ExhaustCore
import ExhaustRuntime
import Logging
import Synchronization

/// A clock that tests set.
final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ start: Timestamp) { time = Mutex(start) }

    var now: Timestamp { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// An agent on a bench: real keys, policy, gate and ledger; actions that only count; a clock and a broker of paper.
struct Bench: Sendable {
    let host: HostID
    let key: SigningKey
    let folder: TemporaryFolder
    let executor: CountingExecutor
    let outlet: MemoryOutlet
    let clock: TestClock
    let policy: String
    let classes: Set<String>
    var parallel = 4

    static let openPolicy = """
        version: 1
        allow:
        - action: service.status
          parameters: {name: {any: true}}
        - action: service.start
          parameters: {name: {any: true}}
        - action: service.restart
          parameters: {name: {one_of: [nginx, rsyslog, web]}}
          rate: {max: 3, within: 10m}
        - action: service.stop
          parameters: {name: {any: true}}
        - action: disk.clean
          parameters: {path: {prefix: /var/tmp/cache}, pattern: {one_of: ["*.tmp"]}, older_than: {min: 0s, max: 30d}}
        deny:
        - action: service.stop
          parameters: {name: {one_of: [sshd]}}
        """

    init(
        policy: String = Bench.openPolicy, classes: Set<String> = ["service", "disk"],
        executor: CountingExecutor = CountingExecutor(), outlet: MemoryOutlet = MemoryOutlet()
    ) throws {
        guard let host = HostID("web-01"), let start = Timestamp(rfc3339: "2026-11-22T07:00:00Z") else {
            throw ExhaustError(.software, "the bench is broken")
        }
        self.host = host
        self.policy = policy
        self.classes = classes
        self.executor = executor
        self.outlet = outlet
        clock = TestClock(start)
        key = try SigningKey(seed: Array(repeating: 9, count: 32))
        folder = try TemporaryFolder()
    }

    var catalogue: ActionCatalogue { ActionCatalogue([executor]) }

    func gate() throws -> TaskGate {
        TaskGate(
            host: host, keys: try TrustedKeys([.init(key: key.verifyingKey, classes: classes, epoch: 1)]),
            policy: try LocalPolicy.parse(Array(policy.utf8), file: "policy.yaml", catalogue: catalogue),
            catalogue: catalogue)
    }

    func ledger() async throws -> Ledger {
        try await withThread(named: "test") { [path = folder.path("ledger")] in try Ledger(path: path) }
    }

    /// An agent as after a start, before it has recovered.
    func agent(_ ledger: Ledger) throws -> Agent {
        Agent(
            Agent.Parts(
                host: host, gate: try gate(), catalogue: catalogue, ledger: ledger, outlet: outlet,
                factory: EventFactory(source: EventSource(host: host, role: "agent"), seed: 1),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, counters: Counters(),
                parallel: parallel, now: { [clock] in clock.now }))
    }

    /// A task as the orchestrator would make it now.
    func task(
        _ id: String = "01JT1", action: String = "service.restart", parameters: ValueMap = ["name": "nginx"]
    ) -> TaskStatement {
        TaskStatement(
            task: id, run: "01JR1", host: host, action: action, parameters: parameters, notBefore: clock.now,
            notAfter: clock.now + .seconds(300), keyEpoch: 1, partition: 5,
            chain: .init(correlation: "01JF1", causation: "01JR1", depth: 1))
    }

    /// The event that brings an envelope.
    func event(_ data: ValueMap) throws -> Event {
        Event(type: .task, source: "//hub/orchestrator/1", id: "01JE1", time: clock.now, host: host, data: data)
    }

    /// The event of a task signed with the bench's key, or another.
    func event(_ task: TaskStatement, key other: SigningKey? = nil) throws -> Event {
        try event(try task.signed(by: [other ?? key]).data)
    }

    /// The event of `json` signed as it is.
    func event(signing json: String) throws -> Event {
        try event(DSSEEnvelope(signing: Array(json.utf8), type: TaskStatement.payloadType, by: [key]).data)
    }

    /// Gives `event` to a fresh agent and returns the only result, once everything has settled.
    func answer(_ event: Event) async throws -> TaskResult {
        let agent = try agent(try await ledger())
        try await agent.take(event)
        _ = await agent.drain(startWaiting: true, within: .seconds(10))
        let results = try outlet.results()
        guard results.count == 1 else { throw ExhaustError(.software, "\(results.count) results instead of one") }
        return results[0]
    }
}
