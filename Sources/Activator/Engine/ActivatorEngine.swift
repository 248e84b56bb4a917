import ExhaustCore
import ExhaustRuntime
import Logging

/// The controller: facts in, decisions, actions and outcomes out.
struct ActivatorEngine: EventEngine {
    /// What is remembered of one (policy, fact key).
    struct Target: Sendable {
        var attempt: Attempt?
        /// The host of its actions.
        var host: HostID?
        /// Times of actions, oldest first, as far back as the limits look.
        var actions: [Timestamp] = []
        /// The latest occurrence of the fact that was acted on, and how often.
        var episode = ""
        var actionsInEpisode = 0
        /// The latest action, which a journal may hold twice.
        var action: String?
        /// When an open fact that was declined or not helped is looked at again.
        var retryAt: Timestamp?
        /// When its actions are so old that no limit looks at them.
        var forgetAt: Timestamp?

        func isDue(_ now: Timestamp) -> Bool {
            attempt != nil || retryAt.map { $0 <= now } == true || (forgetAt ?? now) <= now
        }
    }

    struct TargetID: Hashable, Sendable {
        let policy: String
        let key: String
    }

    struct OpenFact: Sendable {
        var fact: Fact
        var event: Event
        /// Whether the policies were asked about it.
        var isDecided = true
    }

    /// An occurrence of a fact that is over.
    struct Closed: Sendable {
        let episode: String
        let host: HostID
        let time: Timestamp
    }

    static let backlogTime = Duration.seconds(10)

    var policies: PolicySet
    var open: [String: OpenFact] = [:]
    var targets: [TargetID: Target] = [:]
    /// Facts that had cleared when their partition was taken over, and of which more may be delivered again.
    var closed: [String: Closed] = [:]
    private var watch = TelemetryWatch()
    private var factory: EventFactory
    let logger: Logger

    init(policies: PolicySet, factory: EventFactory, logger: Logger) {
        self.policies = policies
        self.factory = factory
        self.logger = logger
    }

    mutating func handle(_ event: Event, now: Timestamp) -> [Event] {
        do {
            switch event.type {
            case .fact: return try handle(event.payload(Fact.self), event, now)
            case .run: hear(of: try event.payload(Run.self), event)
            case .status: watch.note(try event.payload(RoleStatus.self), in: event, now: now)
            default: break
            }
        } catch {
            logger.error(
                "event not understood", metadata: ["event.type": "\(event.type)", "error.message": "\(error)"])
        }
        return []
    }

    mutating func advance(to now: Timestamp) -> [Event] {
        let due = targets.filter { $0.value.isDue(now) }.keys
        return due.sorted { ($0.key, $0.policy) < ($1.key, $1.policy) }.flatMap { advance($0, to: now) }
    }

    private mutating func advance(_ id: TargetID, to now: Timestamp) -> [Event] {
        guard let target = targets[id] else { return [] }
        if let attempt = target.attempt {
            let silence = watch.silence(of: attempt.event.host, at: now)
            return attempt.advance(to: now, silence: silence).map { conclude(attempt, $0, id, now) } ?? []
        }
        if let retryAt = target.retryAt {
            guard now >= retryAt else { return [] }
            targets[id]?.retryAt = nil
            guard let fact = open[id.key], let policy = policies.policies.first(where: { $0.name == id.policy }),
                applies(policy, to: fact.event)
            else { return [] }
            return decide(policy, fact, now, isRetry: true)
        }
        targets[id] = nil
        return []
    }

    private mutating func handle(_ fact: Fact, _ event: Event, _ now: Timestamp) -> [Event] {
        var events: [Event] = []
        let ids = targets.keys.filter { $0.key == fact.key }.sorted { $0.policy < $1.policy }
        switch fact.transition {
        case .raised, .updated:
            if closed[fact.key]?.episode == fact.episode { return [] }
            let known = open[fact.key]
            let isKnown = known?.fact.episode == fact.episode && known?.isDecided == true
            open[fact.key] = OpenFact(fact: fact, event: event, isDecided: isKnown || fact.suppressed != true)
            if isKnown { return [] }
            for id in ids {
                guard let conclusion = targets[id]?.attempt?.factRaised(at: event.time),
                    let attempt = targets[id]?.attempt
                else { continue }
                events += conclude(attempt, conclusion, id, now)
            }
            let raised = OpenFact(fact: fact, event: event)
            for policy in policies.policies where applies(policy, to: event) { events += decide(policy, raised, now) }
        case .cleared:
            open[fact.key] = nil
            closed[fact.key] = nil
            for id in ids {
                targets[id]?.retryAt = nil
                targets[id]?.attempt?.factCleared(at: event.time)
            }
        }
        return events
    }

    mutating func hear(of run: Run, _ event: Event) {
        for (id, target) in targets where target.attempt?.id == run.run {
            targets[id]?.attempt?.hear(of: run, at: event.time)
        }
    }

    func applies(_ policy: Policy, to event: Event) -> Bool {
        // Its root answers for it.
        if event.data["suppressed"]?.bool == true { return false }
        do {
            return try policy.when.isTrue(in: ValueMap([("fact", .map(event.data))]))
        } catch {
            logger.debug(
                "policy condition failed", metadata: ["policy": "\(policy.name)", "error.message": "\(error)"])
            return false
        }
    }
}

// MARK: Decisions

extension ActivatorEngine {
    /// Acts on `open` as `policy` says, or declines with the reason. Every call is journalled.
    private mutating func decide(
        _ policy: Policy, _ open: OpenFact, _ now: Timestamp, isRetry: Bool = false
    ) -> [Event] {
        let id = TargetID(policy: policy.name, key: open.fact.key)
        let oldest = now - policy.attemptsWithin
        targets[id, default: Target()].actions.removeAll { $0 < oldest && $0 + policy.cooldown < now }
        if let refusal = refusal(policy, open, id, now, isRetry: isRetry) {
            targets[id]?.retryAt = refusal.retryAt
            let decision = Decision(
                policy: policy.name, verdict: .declined, reason: refusal.reason, fact: open.fact,
                workflow: policy.workflow)
            return make(.decision, open.event, now, decision)
        }
        return act(policy, open, id, now)
    }

    private func refusal(
        _ policy: Policy, _ open: OpenFact, _ id: TargetID, _ now: Timestamp, isRetry: Bool
    ) -> (reason: String, retryAt: Timestamp?)? {
        if targets[id]?.attempt != nil { return ("busy", nil) }
        if policy.mode == .shadow { return ("shadow", nil) }
        // An old fact may have cleared already, further back in the queue: look again once that has been read.
        if !isRetry, open.event.time + policy.maxAge < now { return ("stale", now + Self.backlogTime) }
        if open.event.chainDepth ?? 0 >= policy.chainDepth { return ("chain depth", nil) }
        let actions = targets[id]?.actions ?? []
        if let last = actions.last, last + policy.cooldown > now { return ("cooldown", last + policy.cooldown) }
        let recent = actions.filter { $0 > now - policy.attemptsWithin }
        if recent.count >= policy.maxAttempts, let first = recent.first {
            return ("budget", first + policy.attemptsWithin)
        }
        return nil
    }

    private mutating func act(_ policy: Policy, _ open: OpenFact, _ id: TargetID, _ now: Timestamp) -> [Event] {
        let inputs: ValueMap
        do {
            let value = try policy.inputs.render(in: ValueMap([("fact", .map(open.event.data))]))
            inputs = value.map ?? [:]
        } catch {
            let decision = Decision(
                policy: policy.name, verdict: .declined, reason: "inputs: \(error)", fact: open.fact,
                workflow: policy.workflow)
            return make(.decision, open.event, now, decision)
        }
        let order = Action(
            workflow: policy.workflow, inputs: inputs, policy: policy.name, fact: open.fact,
            notAfter: now + policy.maxAge)
        let isSame = targets[id]?.episode == open.fact.episode
        let number = isSame ? targets[id]?.actionsInEpisode ?? 0 : 0
        let actionID = DerivedID.action(policy: policy.name, fact: open.fact, number: number)
        let decision = Decision(
            policy: policy.name, verdict: .acted, fact: open.fact, workflow: policy.workflow, action: actionID)
        var events = make(
            .decision, open.event, now, decision, id: DerivedID.event(.decision, of: actionID, at: open.fact.first))
        guard var action = make(.action, open.event, now, order, id: actionID).first else { return events }
        action.chainDepth = (open.event.chainDepth ?? 0) + 1
        events.append(action)
        targets[id]?.attempt = Attempt(event: action, order: order, fact: open.fact, policy: policy)
        targets[id]?.host = open.event.host
        targets[id]?.action = actionID
        targets[id]?.actions.append(now)
        targets[id]?.episode = open.fact.episode
        targets[id]?.actionsInEpisode = number + 1
        targets[id]?.retryAt = nil
        targets[id]?.forgetAt = now + max(policy.cooldown, policy.attemptsWithin)
        return events
    }

    private mutating func conclude(
        _ attempt: Attempt, _ conclusion: Attempt.Conclusion, _ id: TargetID, _ now: Timestamp
    ) -> [Event] {
        targets[id]?.attempt = nil
        if conclusion.verdict != .verified, open[id.key] != nil { targets[id]?.retryAt = now }
        let outcome = Outcome(
            verdict: conclusion.verdict, reason: conclusion.reason, action: attempt.id, order: attempt.order,
            fact: attempt.fact, faultTime: attempt.faultTime, actionTime: attempt.actionTime,
            clearedTime: attempt.clearedTime)
        return make(
            .outcome, attempt.event, now, outcome,
            id: DerivedID.event(.outcome, of: attempt.id, at: attempt.actionTime))
    }

    private mutating func make(
        _ type: EventType, _ cause: Event, _ now: Timestamp, _ payload: some Encodable, id: String? = nil
    ) -> [Event] {
        do {
            return [try factory.event(type, host: cause.host, time: now, payload: payload, cause: cause, id: id)]
        } catch {
            logger.error("event not made", metadata: ["event.type": "\(type)", "error.message": "\(error)"])
            return []
        }
    }
}
