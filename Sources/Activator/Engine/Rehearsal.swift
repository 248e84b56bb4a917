import ExhaustCore
import ExhaustRuntime
import Logging

/// The activator in a backtest: what it would have done on recorded facts. Nobody runs its workflows, so each run is
/// said to end well a moment later, and whether the fact cleared is as recorded. Policies in shadow act too, and say
/// so.
struct Rehearsal: EventEngine {
    private var engine: ActivatorEngine
    private let shadows: Set<String>
    private var factory: EventFactory
    /// Runs that will end, soonest first: each takes as long.
    private var runs: [(end: Timestamp, action: Event)] = []
    private let logger: Logger

    /// How long a run is said to take.
    private static let duration = Duration.seconds(1)

    init(_ policies: PolicySet, factory: EventFactory, logger: Logger) {
        shadows = Set(policies.policies.filter { $0.mode == .shadow }.map(\.name))
        engine = ActivatorEngine(policies: policies.enforced, factory: factory, logger: logger)
        self.factory = factory
        self.logger = logger
    }

    mutating func handle(_ event: Event, now: Timestamp) -> [Event] { note(engine.handle(event, now: now), at: now) }

    mutating func advance(to now: Timestamp) -> [Event] {
        var events: [Event] = []
        while let run = runs.first, run.end <= now {
            runs.removeFirst()
            events += note(engine.advance(to: run.end), at: run.end)
            if let end = end(of: run.action, at: run.end) { events += engine.handle(end, now: run.end) }
        }
        return events + note(engine.advance(to: now), at: now)
    }

    /// Begins the runs that were ordered, and marks what would not have been.
    private mutating func note(_ events: [Event], at now: Timestamp) -> [Event] {
        events.map { event in
            var event = event
            if event.type == .action { runs.append((now + Self.duration, event)) }
            if event.type == .decision, event.data["verdict"] == "acted",
                shadows.contains(event.data["policy"]?.string ?? "")
            {
                event.data["reason"] = "shadow"
            }
            return event
        }
    }

    private mutating func end(of action: Event, at time: Timestamp) -> Event? {
        do {
            let order = try action.payload(Action.self)
            let run = Run(run: action.id, workflow: order.workflow, state: .succeeded, host: order.host)
            return try factory.event(.run, host: action.host, time: time, payload: run, cause: action)
        } catch {
            logger.error("run not told", metadata: ["error.message": "\(error)"])
            return nil
        }
    }
}
