package import ExhaustCore
package import ExhaustRuntime
package import Logging

/// Takes tasks, runs what may run, and says what became of it. Everything that it decides, it decides through
/// `TaskGate` and `LaneScheduler`; here is the order of steps: accepted on disk, started on disk, run, result on disk,
/// published.
package actor Agent {
    /// What an agent works with.
    package struct Parts: Sendable {
        package var host: HostID
        package var gate: TaskGate
        package var catalogue: ActionCatalogue
        package var ledger: Ledger
        package var outlet: any EventOutlet
        package var factory: EventFactory
        package var logger: Logger
        package var counters: Counters
        /// Tasks that run at once.
        package var parallel: Int
        /// This host's clock. It is not the events' time, in pipe mode neither: what runs, runs now.
        package var now: @Sendable () -> Timestamp

        package init(
            host: HostID, gate: TaskGate, catalogue: ActionCatalogue, ledger: Ledger, outlet: any EventOutlet,
            factory: EventFactory, logger: Logger, counters: Counters, parallel: Int,
            now: @escaping @Sendable () -> Timestamp = { .now() }
        ) {
            self.host = host
            self.gate = gate
            self.catalogue = catalogue
            self.ledger = ledger
            self.outlet = outlet
            self.factory = factory
            self.logger = logger
            self.counters = counters
            self.parallel = parallel
            self.now = now
        }
    }

    let catalogue: ActionCatalogue
    let ledger: Ledger
    let host: HostID
    let logger: Logger
    let counters: Counters
    let now: @Sendable () -> Timestamp
    var gate: TaskGate
    private let outlet: any EventOutlet
    private var events: ResultEvents
    private var scheduler: LaneScheduler
    private var isStopping = false
    /// Jobs that run, and results that wait for their confirmation.
    private var underWay = 0
    private let changed = Signal()

    package init(_ parts: Parts) {
        catalogue = parts.catalogue
        ledger = parts.ledger
        host = parts.host
        logger = parts.logger
        counters = parts.counters
        now = parts.now
        gate = parts.gate
        outlet = parts.outlet
        events = ResultEvents(host: parts.host, factory: parts.factory)
        scheduler = LaneScheduler(limit: parts.parallel)
    }

    /// Judges by `gate` from now on.
    package func use(_ gate: TaskGate) { self.gate = gate }

    /// Takes the event of a task. When it returns, the task is on disk or its refusal is confirmed, and the event may
    /// be acknowledged. Events must come one after the other. Throws if the refusal cannot be sent.
    package func take(_ event: Event) async throws {
        guard event.type == .task else {
            logger.warning("event is no task", metadata: ["event.type": "\(event.type)", "event.id": "\(event.id)"])
            return
        }
        switch gate.judge(event, ledger: ledger.snapshot, now: now()) {
        case .refused(let refusal, let claim, let isVerified):
            try await refuse(refusal, claim, isVerified: isVerified, event)
        case .known(let entry):
            counters.add("tasks.replayed")
            // Without a result yet it runs, and will answer when it is done.
            if let result = entry.result { try await replay(result, entry.statement) }
        case .accepted(let job):
            do {
                try await write(
                    LedgerRecord(.accepted, at: now(), task: job.statement.task, statement: job.statement))
            } catch {
                let refusal = Refusal(.ledger, "\(error)")
                return try await refuse(refusal, job.statement, isVerified: true, event)
            }
            counters.add("tasks.accepted")
            schedule(job)
        }
    }

    /// Lets nothing new start, unless `startWaiting`, and waits for what is under way, no longer than `limit`. Gives
    /// whether everything ended; what did not is in the ledger for the next start.
    package func drain(startWaiting: Bool, within limit: Duration) async -> Bool {
        if !startWaiting {
            isStopping = true
            scheduler.dropWaiting()
        }
        let deadline = ContinuousClock.now + limit
        while underWay > 0 {
            let rest = deadline - ContinuousClock.now
            guard rest > .zero else { return false }
            let seen = changed.count
            await changed.wait(past: seen, timeout: rest)
        }
        return true
    }

    private func refuse(
        _ refusal: Refusal, _ claim: TaskStatement?, isVerified: Bool, _ event: Event
    ) async throws {
        counters.add("tasks.refused")
        logger.warning(
            "task refused",
            metadata: [
                "task.id": "\(claim?.task ?? "")", "task.action": "\(claim?.action ?? "")",
                "task.verified": "\(isVerified)", "refusal.reason": "\(refusal.reason.rawValue)",
                "refusal.detail": "\(OutputText.clean(refusal.detail.utf8))",
            ])
        let answer = try events.refusal(refusal, of: claim, isVerified: isVerified, answering: event, at: now())
        try await outlet.send([answer])
    }

    private func replay(_ result: TaskResult, _ task: TaskStatement) async throws {
        var result = result
        result.replayed = true
        try await outlet.send([try events.event(result, of: task, at: now())])
    }
}

// MARK: Running

extension Agent {
    /// Runs `job` as soon as its lane and the limit let it.
    func schedule(_ job: Job) { start(scheduler.add(job)) }

    private func start(_ jobs: [Job]) {
        guard !isStopping else { return }
        for job in jobs {
            underWay += 1
            // A task of its own: a shutdown cancels the role, but what has started is brought to its end.
            Task { await self.run(job) }
        }
    }

    private func run(_ job: Job) async {
        let result = await outcome(of: job)
        start(scheduler.end(lane: job.call.lane))
        await settle(result, of: job.statement)
        underWay -= 1
        changed.notify()
    }

    private func outcome(of job: Job) async -> TaskResult {
        let task = job.statement
        let started = now()
        guard started <= task.notAfter else {
            return refused(task, .expired, "it waited for its turn until \(task.notAfter)")
        }
        do {
            try await write(LedgerRecord(.started, at: started, task: task.task))
        } catch {
            // Accepted it is, on disk: an agent that starts again while the task is valid runs it. So not "refused".
            var result = refused(task, .ledger, "\(error); it may run when the agent starts again")
            result.status = .unknown
            return result
        }
        logger.info("task started", metadata: ["task.id": "\(task.task)", "task.action": "\(task.action)"])
        let report = await catalogue.execute(job.call)
        return TaskResult(
            task: task.task, run: task.run, action: task.action, host: host.description,
            status: report.succeeded ? .succeeded : .failed, reason: report.reason, changed: report.changed,
            output: report.output, started: started, finished: now())
    }

    /// The result of a task that was accepted but does not run after all.
    func refused(_ task: TaskStatement, _ reason: Refusal.Reason, _ detail: String) -> TaskResult {
        TaskResult(
            task: task.task, run: task.run, action: task.action, host: host.description, status: .refused,
            reason: reason.rawValue, output: ["detail": .string(detail)], finished: now())
    }

    /// Brings `result` to disk and then to the broker.
    func settle(_ result: TaskResult, of task: TaskStatement) async {
        let record = LedgerRecord(.finished, at: now(), task: task.task, result: result)
        do {
            try await write(record)
        } catch {
            // It happened all the same; only a restart would not know of it, and then reports what it can tell.
            logger.error("result not written down", metadata: ["task.id": "\(task.task)", "error.message": "\(error)"])
            remember(record)
        }
        counters.add("tasks.\(result.status.rawValue)")
        logger.info(
            "task finished",
            metadata: [
                "task.id": "\(task.task)", "task.action": "\(task.action)", "task.status": "\(result.status.rawValue)",
                "task.reason": "\(result.reason ?? "")",
            ])
        await publish(result, of: task)
    }

    /// Sends `result` and notes that it was confirmed. If that fails, the next start sends it again.
    private func publish(_ result: TaskResult, of task: TaskStatement) async {
        do {
            try await outlet.send([try events.event(result, of: task, at: now())])
        } catch {
            logger.error("result not published", metadata: ["task.id": "\(task.task)", "error.message": "\(error)"])
            return
        }
        do {
            try await write(LedgerRecord(.published, at: now(), task: task.task))
        } catch {
            logger.error(
                "publication not written down; the next start sends the result again",
                metadata: ["task.id": "\(task.task)", "error.message": "\(error)"])
        }
    }

    /// Sends a result of an earlier life of this agent in the background.
    func publishAgain(_ result: TaskResult, of task: TaskStatement) {
        underWay += 1
        var result = result
        result.replayed = true
        Task { [result] in
            await self.publish(result, of: task)
            self.underWay -= 1
            self.changed.notify()
        }
    }

    func write(_ record: LedgerRecord) async throws {
        try await withThread(named: "ledger") { [ledger] in try ledger.append(record) }
    }

    private func remember(_ record: LedgerRecord) {
        do {
            try ledger.remember(record)
        } catch {
            logger.error("ledger record out of order", metadata: ["error.message": "\(error)"])
        }
    }
}
