import ExhaustCore
import ExhaustRuntime
import Logging

/// The orchestrator in pipe mode: actions and results in, runs and tasks out, in event time. Nothing is performed:
/// what every task came to is among the input, as `exhaust.result`, or it times out.
struct ReplayEngine: EventEngine {
    private var engine: OrchestratorEngine
    private let events: EventMaker
    private let taskEvents: TaskEventMaker
    private let rejections: Rejections
    private let logger: Logger

    init(
        engine: OrchestratorEngine, events: EventMaker, taskEvents: TaskEventMaker, rejections: Rejections,
        logger: Logger
    ) {
        self.engine = engine
        self.events = events
        self.taskEvents = taskEvents
        self.rejections = rejections
        self.logger = logger
    }

    mutating func handle(_ event: Event, now: Timestamp) -> [Event] {
        switch event.type {
        case .action: return translate(engine.start(event, now: now), at: now)
        case .result:
            do {
                return translate(engine.handle(try event.payload(TaskResult.self), now: now), at: now)
            } catch {
                rejections.add()
                logger.error(
                    "result dropped", metadata: ["event.id": "\(event.id)", "error.message": "\(error)"])
                return []
            }
        default: return []
        }
    }

    /// Every timer at the moment when it is due, since a step of event time may be long.
    mutating func advance(to now: Timestamp) -> [Event] {
        var output: [Event] = []
        while let due = engine.nextDeadline, due <= now { output += translate(engine.advance(to: due), at: due) }
        return output
    }

    private mutating func translate(_ effects: [Effect], at time: Timestamp) -> [Event] {
        var output: [Event] = []
        for effect in effects {
            do {
                switch effect {
                case .journal(let run, let cause):
                    output.append(try events.make(.run, host: cause.host, time: time, payload: run, causedBy: cause))
                case .send(let request): output.append(try event(of: request))
                }
            } catch {
                logger.error("event cannot be made", metadata: ["error.message": "\(error)"])
                guard case .send(let request) = effect else { continue }
                let failed = request.result(.failed, reason: "\(error)", finished: time)
                output += translate(engine.handle(failed, now: time), at: time)
            }
        }
        return output
    }

    private func event(of request: TaskRequest) throws -> Event {
        let isSigned = request.adapter == AgentAdapter.name && taskEvents.canSign
        return isSigned ? try taskEvents.signed(request) : try taskEvents.described(request)
    }
}
