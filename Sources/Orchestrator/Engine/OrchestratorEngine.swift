package import ExhaustCore

/// All runs of an orchestrator as one value: actions, results and time go in, effects come out. It does nothing
/// itself, so that a replay gives the same steps and tests need no broker.
///
/// A run's id is its action's, and a task's id is made of the run's: a run that is taken up again after a crash gives
/// the same task ids, which agents answer from their ledgers.
package struct OrchestratorEngine: Sendable {
    /// The workflows that actions may name; runs under way keep the definition that they began with.
    package var workflows: [String: Workflow]
    /// How many runs may be under way at once.
    package var maxRuns: Int
    private var runs: [String: RunMachine] = [:]
    private var finished = RecentSet(capacity: 10_000)

    /// An engine without runs.
    package init(workflows: [String: Workflow], maxRuns: Int = 1000) {
        self.workflows = workflows
        self.maxRuns = maxRuns
    }

    /// How many runs are under way.
    package var runCount: Int { runs.count }

    /// Takes an `exhaust.action`. One that is under way or has ended lately gives nothing; one that cannot run gives
    /// a run that fails at once and says why.
    package mutating func start(_ event: Event, now: Timestamp) -> [Effect] {
        guard runs[event.id] == nil, !finished.contains(event.id) else { return [] }
        do throws(RunOrder.Refusal) {
            let order = try RunOrder(event, workflows: workflows, now: now)
            guard runs.count < maxRuns else {
                throw RunOrder.Refusal(
                    workflow: order.workflow.name, reason: "busy: \(runs.count) runs are under way")
            }
            var run = RunMachine(order, now: now)
            return settle(&run, run.begin(now: now))
        } catch {
            return refuse(event, error)
        }
    }

    private mutating func refuse(_ action: Event, _ refusal: RunOrder.Refusal) -> [Effect] {
        finished.insert(action.id)
        let refused = Run(
            run: action.id, workflow: refusal.workflow, state: .failed, host: action.host.description,
            reason: refusal.reason)
        return [.journal(refused, cause: action.withoutData)]
    }

    /// Goes on with the runs that `history` says have not ended, and knows those that have.
    mutating func adopt(_ history: RunHistory, now: Timestamp) -> [Effect] {
        for run in history.finished { finished.insert(run) }
        var effects: [Effect] = []
        for (id, progress) in history.runs.sorted(by: { $0.key < $1.key }) where runs[id] == nil {
            guard let action = history.actions[id] else { continue }
            do throws(RunOrder.Refusal) {
                let order = try RunOrder(action, workflows: workflows, now: progress.started)
                var run = RunMachine(order, now: progress.started)
                effects += settle(&run, run.resume(progress, now: now))
            } catch {
                effects += refuse(action, error)
            }
        }
        return effects
    }

    /// Forgets the runs about hosts of `partitions`, of which there are `count`: another instance goes on with them.
    package mutating func release(_ partitions: Set<Int>, of count: Int) {
        runs = runs.filter { !partitions.contains($0.value.order.cause.host.partition(of: count)) }
    }

    /// Takes a task's result, from an agent or an adapter. One that nobody waits for gives nothing.
    package mutating func handle(_ result: TaskResult, now: Timestamp) -> [Effect] {
        guard var run = runs[result.run] else { return [] }
        return settle(&run, run.handle(result, now: now))
    }

    /// Lets time pass, to `now` in one step: what was due earlier happens now.
    package mutating func advance(to now: Timestamp) -> [Effect] {
        // In order of age, so that a replay gives the same order.
        let due = runs.values.filter { $0.nextDeadline <= now }.sorted { $0.order.cause.id < $1.order.cause.id }
        return due.flatMap { run in
            var run = run
            return settle(&run, run.advance(to: now))
        }
    }

    /// When time alone changes something next; `nil` while nothing runs.
    package var nextDeadline: Timestamp? { runs.values.map(\.nextDeadline).min() }

    private mutating func settle(_ run: inout RunMachine, _ effects: [Effect]) -> [Effect] {
        let id = run.order.cause.id
        runs[id] = run.isFinished ? nil : run
        if run.isFinished { finished.insert(id) }
        return effects
    }
}
