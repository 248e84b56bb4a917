import ExhaustCore

/// One run of a workflow as a value: what happens goes in, what is to be done comes out. It has no clock and no
/// random numbers, so that the same inputs always give the same run, also after a crash.
struct RunMachine: Sendable {
    let order: RunOrder
    private let deadline: Timestamp
    private var steps: [TaskStep]
    /// Why the run fails, once a task has. Nothing new starts then; what runs may end.
    private var failure: String?
    private(set) var isFinished = false

    private static let longestTaskWindow = TaskStatement.longestWindow

    /// A run that starts at `now`; `begin` gives its first effects.
    init(_ order: RunOrder, now: Timestamp) {
        self.order = order
        deadline = now + order.workflow.timeout
        steps = order.workflow.tasks.map { _ in .waiting }
    }

    private var id: String { order.cause.id }
    private var tasks: [WorkflowTask] { order.workflow.tasks }

    /// When time alone changes the run next.
    var nextDeadline: Timestamp {
        steps.compactMap(\.deadline).reduce(deadline) { min($0, $1) }
    }

    /// Starts every task that needs no other.
    mutating func begin(now: Timestamp) -> [Effect] {
        [journal(.started)] + startReady(now: now)
    }

    /// Goes on after the program that ran it ended: everything that was told is done again silently, with the results
    /// of then. A task that was sent and has no result is sent again, under the same id.
    mutating func resume(_ progress: RunHistory.Progress, now: Timestamp) -> [Effect] {
        var pending = begin(now: now)[...]
        var effects: [Effect] = []
        while let effect = pending.popFirst() {
            switch effect {
            case .journal(let step, _) where progress.told.contains(RunHistory.key(of: step)): break
            case .send(let request):
                let index = steps.firstIndex { $0.request == request }
                guard let end = progress.ends[request.id], let index else {
                    effects.append(effect)
                    continue
                }
                pending += take(end, index, request, progress, now: now)
            case .journal: effects.append(effect)
            }
        }
        return effects
    }

    private mutating func take(
        _ end: RunHistory.End, _ index: Int, _ request: TaskRequest, _ progress: RunHistory.Progress, now: Timestamp
    ) -> [Effect] {
        switch end {
        case .succeeded(let output): return succeed(index, request, output: output, now: now)
        case .failed(let reason): return fail(index, request, reason: reason)
        case .retried(let reason):
            let next = request.attempt + 1
            guard progress.wasSent(taskID(tasks[index], next)) else {
                return retry(index, request, reason: reason, now: now)
            }
            return [journal(.taskRetrying, request, reason: reason)] + attemptTask(index, attempt: next, now: now)
        }
    }

    /// Takes a task's result. Gives nothing for one that no attempt under way is waiting for.
    mutating func handle(_ result: TaskResult, now: Timestamp) -> [Effect] {
        guard !isFinished, let index = steps.firstIndex(where: { $0.request?.id == result.task }),
            let request = steps[index].request, result.host == request.host.description
        else { return [] }
        switch result.status {
        case .succeeded:
            return succeed(index, request, output: result.output, now: now)
        case .refused:
            return fail(index, request, reason: "refused: \(result.reason ?? "no reason given")")
        case .failed:
            return retry(index, request, reason: result.reason ?? "no reason given", now: now)
        case .unknown:
            return retry(index, request, reason: "unknown: \(result.reason ?? "no reason given")", now: now)
        }
    }

    /// Ends what is out of time and starts what has waited long enough.
    mutating func advance(to now: Timestamp) -> [Effect] {
        guard !isFinished else { return [] }
        if now >= deadline {
            return finish(reason: "the run took longer than \(order.workflow.timeout.text)")
        }
        var effects: [Effect] = []
        for index in steps.indices where !isFinished {
            switch steps[index] {
            case .running(let request) where now >= request.deadline:
                let reason = "no result within \(tasks[index].timeout.text)"
                effects += retry(index, request, reason: reason, now: now)
            case .delayed(let attempt, let until) where now >= until:
                effects += attemptTask(index, attempt: attempt + 1, now: now) + endIfDone()
            default: break
            }
        }
        return effects
    }

    // MARK: Tasks

    /// Starts every task whose needs are met; a skipped one may meet those of the next.
    private mutating func startReady(now: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        var mayStartMore = true
        while mayStartMore {
            mayStartMore = false
            for index in steps.indices where failure == nil && isReady(index) {
                effects += begin(index, now: now)
                mayStartMore = mayStartMore || steps[index].isSatisfied
            }
        }
        return effects + endIfDone()
    }

    private func isReady(_ index: Int) -> Bool {
        guard case .waiting = steps[index] else { return false }
        return tasks[index].needs.allSatisfy { steps[$0].isSatisfied }
    }

    private mutating func begin(_ index: Int, now: Timestamp) -> [Effect] {
        guard let condition = tasks[index].condition else { return attemptTask(index, attempt: 1, now: now) }
        do {
            guard try TaskRendering.holds(condition, in: scope) else {
                steps[index] = .skipped
                return []
            }
        } catch {
            return failToRender(index, attempt: 1, error)
        }
        return attemptTask(index, attempt: 1, now: now)
    }

    private mutating func attemptTask(_ index: Int, attempt: Int, now: Timestamp) -> [Effect] {
        let task = tasks[index]
        do {
            let request = TaskRequest(
                id: taskID(task, attempt), run: id, workflow: order.workflow.name, task: task.name, attempt: attempt,
                adapter: task.adapter, action: task.action,
                parameters: try TaskRendering.parameters(of: task, in: scope),
                host: try TaskRendering.host(of: task, in: scope) ?? order.cause.host, notBefore: now,
                notAfter: now + min(task.timeout, Self.longestTaskWindow), deadline: now + task.timeout,
                cause: order.cause)
            steps[index] = .running(request)
            return [journal(.taskSent, request), .send(request)]
        } catch {
            return failToRender(index, attempt: attempt, error)
        }
    }

    /// The same for the same attempt in every life of this run, so that an agent's ledger knows it again.
    private func taskID(_ task: WorkflowTask, _ attempt: Int) -> String { "\(id)-\(task.name)-\(attempt)" }

    private mutating func failToRender(_ index: Int, attempt: Int, _ error: any Error) -> [Effect] {
        steps[index] = .failed
        let task = tasks[index]
        let reason = "\(error)"
        note(failure: "task '\(task.name)' failed: \(reason)")
        return [
            .journal(
                Run(
                    run: id, workflow: order.workflow.name, state: .taskFailed, host: order.cause.host.description,
                    task: task.name, taskID: taskID(task, attempt), attempt: attempt, reason: Self.short(reason)),
                cause: order.cause)
        ]
    }

    private mutating func succeed(
        _ index: Int, _ request: TaskRequest, output: ValueMap, now: Timestamp
    ) -> [Effect] {
        steps[index] = .succeeded(output: output)
        return [journal(.taskSucceeded, request, output: output)] + startReady(now: now)
    }

    /// Tries again if the policy has an attempt left and the run still wants it.
    private mutating func retry(
        _ index: Int, _ request: TaskRequest, reason: String, now: Timestamp
    ) -> [Effect] {
        guard failure == nil, let delay = tasks[index].retry.delay(after: request.attempt) else {
            return fail(index, request, reason: reason)
        }
        let step = journal(.taskRetrying, request, reason: reason)
        guard delay > .zero else {
            return [step] + attemptTask(index, attempt: request.attempt + 1, now: now) + endIfDone()
        }
        steps[index] = .delayed(attempt: request.attempt, until: now + delay)
        return [step]
    }

    private mutating func fail(_ index: Int, _ request: TaskRequest, reason: String) -> [Effect] {
        steps[index] = .failed
        note(failure: "task '\(request.task)' failed: \(reason)")
        return [journal(.taskFailed, request, reason: reason)] + endIfDone()
    }

    /// From the first failure on nothing new starts, attempts that were to come included.
    private mutating func note(failure reason: String) {
        failure = failure ?? reason
        for index in steps.indices {
            if case .delayed = steps[index] { steps[index] = .waiting }
        }
    }

    // MARK: The end

    private mutating func endIfDone() -> [Effect] {
        guard !isFinished, !steps.contains(where: { $0.request != nil }) else { return [] }
        if let failure { return finish(reason: failure) }
        return steps.allSatisfy(\.isSatisfied) ? finish(reason: nil) : []
    }

    private mutating func finish(reason: String?) -> [Effect] {
        isFinished = true
        return [journal(reason == nil ? .succeeded : .failed, reason: reason)]
    }

    // MARK: Words

    /// A host may say much about a failure; the journal is not where to read it all.
    private static func short(_ reason: String) -> String { String(reason.prefix(1000)) }

    private func journal(
        _ state: Run.State, _ request: TaskRequest? = nil, reason: String? = nil, output: ValueMap? = nil
    ) -> Effect {
        let host = request?.host ?? order.cause.host
        return .journal(
            Run(
                run: id, workflow: order.workflow.name, state: state, host: host.description, task: request?.task,
                taskID: request?.id, attempt: request?.attempt, reason: reason.map(Self.short),
                output: output),
            cause: order.cause)
    }

    /// The inputs, and `tasks.<name>.output` of every task that has ended well.
    private var scope: ValueMap {
        var ended: ValueMap = [:]
        for (task, step) in zip(tasks, steps) {
            switch step {
            case .succeeded(let output): ended[task.name] = .map(["output": .map(output)])
            case .skipped: ended[task.name] = .map(["output": .map([:])])
            case .waiting, .running, .delayed, .failed: break
            }
        }
        var scope = order.inputs
        scope["tasks"] = .map(ended)
        return scope
    }
}
