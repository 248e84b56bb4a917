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
        case .action:
            counters.add("actions.received")
            apply(engine.start(event, now: now()))
        case .result: takeResult(event)
        case .status: break  // an instance's own, which shows that the partition is its
        default:
            logger.warning("event dropped: neither action nor result", metadata: ["event.type": "\(event.type)"])
        }
        // After what follows is in the journal, from which the next instance goes on.
        work.acknowledgements.append(delivery)
    }

    /// Takes over what another instance had begun, as the journal tells it.
    func adopt(_ history: RunHistory, partitions: Set<Int>, of count: Int) {
        engine.release(partitions, of: count)
        apply(engine.adopt(history, now: now()))
        if engine.runCount > 0 {
            logger.info(
                "partitions taken over",
                metadata: ["partitions": "\(partitions.sorted())", "runs.under_way": "\(engine.runCount)"])
        }
        changed.notify()
    }

    /// Partitions belong to another instance now.
    func release(_ partitions: Set<Int>, of count: Int) { engine.release(partitions, of: count) }

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
            }
        }
    }

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
