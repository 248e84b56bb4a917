package import ExhaustCore
package import ExhaustRuntime
package import Logging

/// Where everything that happens meets the engine, one thing after the other, and what follows piles up as work for
/// the loop. It never waits for the broker or for an adapter.
package actor RunDesk {
    /// What the loop has to do, in this order: journal all, then send, then acknowledge.
    struct Work {
        var journal: [Event] = []
        var requests: [TaskRequest] = []
        var acknowledgements: [Delivery] = []

        var isEmpty: Bool { journal.isEmpty && requests.isEmpty && acknowledgements.isEmpty }
    }

    private var engine: OrchestratorEngine
    private let events: EventMaker
    private let counters: Counters
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private var work = Work()
    private var isClosed = false
    /// The messages of actions whose runs have not ended. A crash gives them back to the queue.
    private var held: [String: [Delivery]] = [:]
    private let changed = Signal()

    /// A desk with `engine` in the state in which it starts.
    package init(
        engine: OrchestratorEngine, events: EventMaker, counters: Counters, logger: Logger,
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.engine = engine
        self.events = events
        self.counters = counters
        self.logger = logger
        self.now = now
    }

    /// Takes a message.
    package func take(_ delivery: Delivery) {
        defer { changed.notify() }
        guard let event = delivery.events.first, delivery.events.count == 1 else {
            logger.warning("message dropped: not one event", metadata: ["events": "\(delivery.events.count)"])
            return work.acknowledgements.append(delivery)
        }
        switch event.type {
        case .action: takeAction(event, delivery)
        case .result:
            takeResult(event)
            work.acknowledgements.append(delivery)
        default:
            logger.warning("event dropped: neither action nor result", metadata: ["event.type": "\(event.type)"])
            work.acknowledgements.append(delivery)
        }
    }

    private func takeAction(_ event: Event, _ delivery: Delivery) {
        counters.add("actions.received")
        // Marks of an older connection are void; the message came again over this one.
        let generation = delivery.tag.generation
        held[event.id] = (held[event.id] ?? []).filter { $0.tag.generation >= generation } + [delivery]
        apply(engine.start(event, now: now()))
        // A repetition of a run that has ended has no effect of its own.
        if !engine.isRunning(event.id) { release(event.id) }
    }

    private func takeResult(_ event: Event) {
        counters.add("results.received")
        do {
            let result = try event.payload(TaskResult.self)
            guard result.host == event.host.description else {
                throw ExhaustError(.invalidData, "the result is about \(result.host), its event about \(event.host)")
            }
            complete(result)
        } catch {
            counters.add("results.refused")
            logger.warning(
                "result dropped", metadata: ["event.id": "\(event.id)", "error.message": "\(error)"])
        }
    }

    /// Takes a task's result.
    package func complete(_ result: TaskResult) {
        let effects = engine.handle(result, now: now())
        if effects.isEmpty {
            counters.add("results.ignored")
            logger.debug("nobody waits for the result", metadata: ["task.id": "\(result.task)"])
        }
        apply(effects)
        changed.notify()
    }

    /// Lets time pass.
    package func tick() {
        let effects = engine.advance(to: now())
        guard !effects.isEmpty else { return }
        apply(effects)
        changed.notify()
    }

    /// Takes new workflows; runs under way keep theirs.
    package func replace(_ workflows: [String: Workflow]) {
        engine.workflows = workflows
        logger.info("workflows loaded", metadata: ["workflows.count": "\(workflows.count)"])
    }

    /// Says that nothing more comes in.
    func close() {
        isClosed = true
        changed.notify()
    }

    /// All work there is; waits for some. `nil` when the desk is closed and all was taken, or on cancellation.
    func nextWork() async -> Work? {
        while true {
            let seen = changed.count
            if !work.isEmpty {
                defer { work = Work() }
                return work
            }
            if isClosed || Task.isCancelled { return nil }
            await changed.wait(past: seen)
        }
    }

    private func apply(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .journal(let run, let cause): journal(run, cause)
            case .send(let request):
                counters.add("tasks.sent")
                work.requests.append(request)
            case .finished(let run): release(run)
            }
        }
    }

    private func release(_ run: String) { work.acknowledgements += held.removeValue(forKey: run) ?? [] }

    private func journal(_ run: Run, _ cause: Event) {
        counters.add("runs.\(run.state.rawValue)")
        if run.state.isFinal {
            logger.info(
                "run ended",
                metadata: [
                    "run.id": "\(run.run)", "run.workflow": "\(run.workflow)", "run.state": "\(run.state.rawValue)",
                    "run.reason": "\(run.reason ?? "")", "host.id": "\(cause.host)",
                ])
        }
        do {
            work.journal.append(try events.make(.run, host: cause.host, time: now(), payload: run, causedBy: cause))
        } catch {
            logger.critical("a step cannot be journalled", metadata: ["error.message": "\(error)"])
        }
    }
}
