import ExhaustCore
import ExhaustRuntime
import Logging

@testable import Activator

/// Drives an engine through a story in virtual time and collects what it said.
struct Scenario {
    static let start = Timestamp(seconds: 1_790_000_000)
    static let policy = """
        version: 1
        policies:
        - name: restart
          mode: enforce
          when: fact.name == "service-down"
          run: {workflow: restart-service, with: {host: "{{ fact.host }}", service: "{{ fact.subject }}"}}
          limits: {cooldown: 10m, attempts: {max: 2, within: 1h}, chain_depth: 3}
          verify: {cleared_within: 90s, stable_for: 30s}
        """

    var engine: ActivatorEngine
    var said: [Event] = []
    /// All that was said and heard, as the journal keeps it.
    private(set) var journal: [Event] = []
    private let host: HostID
    private var factory: EventFactory
    private var number = 0

    init(policy: String = Scenario.policy) throws {
        let document = try YAMLReader.parse(policy, file: "policy.yaml")
        let source = EventSource(host: .localhost, role: "activator", incarnation: "test")
        host = .localhost
        factory = EventFactory(source: EventSource(host: .localhost, role: "analyzer", incarnation: "test"), seed: 7)
        engine = ActivatorEngine(
            policies: try PolicySet(document: document), factory: EventFactory(source: source, seed: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func time(_ seconds: Double) -> Timestamp { Self.start + .milliseconds(Int64(seconds * 1000)) }

    mutating func send(_ event: Event, at seconds: Double) {
        wait(until: seconds)
        journal.append(event)
        say(engine.handle(event, now: time(seconds)))
    }

    mutating func wait(until seconds: Double) { say(engine.advance(to: time(seconds))) }

    private mutating func say(_ events: [Event]) {
        said += events
        journal += events
    }

    /// A fact's event; `episode` tells occurrences apart.
    mutating func fact(
        _ transition: Fact.Transition, at seconds: Double, episode: String = "E1", depth: Int = 0,
        subject: String = "nginx", suppressed: Bool? = nil
    ) throws {
        var fact = Fact(
            name: "service-down", transition: transition, key: "service-down/\(subject)", episode: episode,
            host: host.description, subject: subject, severity: .error, first: time(seconds), last: time(seconds),
            evidence: [])
        fact.suppressed = suppressed
        var event = try factory.event(.fact, host: host, time: time(seconds), payload: fact)
        event.chainDepth = depth
        send(event, at: seconds)
    }

    /// The last action's run reports its end.
    mutating func runEnds(_ state: Run.State, at seconds: Double) throws {
        let action = said.last { $0.type == .action }?.id ?? "none"
        let run = Run(run: action, workflow: "restart-service", state: state, host: host.description, reason: "test")
        send(try factory.event(.run, host: host, time: time(seconds), payload: run), at: seconds)
    }

    mutating func heartbeat(at seconds: Double, role: String = "emitter-perf", interval: Double = 5) throws {
        let status = RoleStatus(
            role: role, state: .running, version: "0", pid: 1, uptimeSeconds: 1, intervalSeconds: interval,
            counters: [:])
        var factory = EventFactory(
            source: EventSource(host: .localhost, role: role, incarnation: "t"), seed: UInt64(seconds))
        send(try factory.event(.status, host: host, time: time(seconds), payload: status), at: seconds)
    }

    /// What was decided, in order: `acted`, or the reason for declining.
    var decisions: [String] {
        said.filter { $0.type == .decision }.compactMap { event in
            event.data["reason"]?.string ?? event.data["verdict"]?.string
        }
    }

    var outcomes: [Outcome] { said.filter { $0.type == .outcome }.compactMap { try? $0.payload(Outcome.self) } }
    var actions: [Event] { said.filter { $0.type == .action } }
}
