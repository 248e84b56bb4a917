import ExhaustCore

/// From the journal back to what was known: a fold over facts, actions, runs and outcomes.
extension ActivatorEngine {
    mutating func release(_ partitions: Set<Int>, of count: Int) {
        let belongs = { (host: HostID) in partitions.contains(host.partition(of: count)) }
        let keys = Set(open.filter { belongs($0.value.event.host) }.keys)
        open = open.filter { !keys.contains($0.key) }
        closed = closed.filter { !belongs($0.value.host) }
        targets = targets.filter { id, target in
            !keys.contains(id.key) && !(target.host.map(belongs) ?? false)
        }
    }

    mutating func restore(_ event: Event) {
        do {
            switch event.type {
            case .fact: restore(try event.payload(Fact.self), event)
            case .decision: restore(try event.payload(Decision.self))
            case .action: restore(try event.payload(Action.self), event)
            case .run: hear(of: try event.payload(Run.self), event)
            case .outcome: restore(try event.payload(Outcome.self), event)
            default: break
            }
        } catch {
            logger.error(
                "journal entry not understood",
                metadata: ["event.type": "\(event.type)", "error.message": "\(error)"])
        }
    }

    /// Facts that are open and have no action under way are looked at once more: a decision may have died with the
    /// instance that was to make it. By then what is in the queue has been read.
    mutating func restored(_ partitions: Set<Int>, of count: Int, now: Timestamp) {
        closed = closed.filter { $0.value.time + Self.deliveryTime >= now }
        for (key, fact) in open where partitions.contains(fact.event.host.partition(of: count)) {
            for policy in policies.policies where applies(policy, to: fact.event) {
                let id = TargetID(policy: policy.name, key: key)
                if targets[id]?.attempt == nil { targets[id, default: Target()].retryAt = now + Self.backlogTime }
            }
        }
    }

    /// What was told longer ago than this has been delivered, or its fact is stale.
    private static var deliveryTime: Duration { .seconds(900) }

    private mutating func restore(_ fact: Fact, _ event: Event) {
        let ids = targets.keys.filter { $0.key == fact.key }
        guard fact.transition == .cleared else {
            let isNew = open[fact.key]?.fact.episode != fact.episode
            let isDecided = !isNew && open[fact.key]?.isDecided == true
            open[fact.key] = OpenFact(fact: fact, event: event, isDecided: isDecided)
            // What that concluded follows in the journal as an outcome.
            if isNew { for id in ids { _ = targets[id]?.attempt?.factRaised(at: event.time) } }
            return
        }
        open[fact.key] = nil
        closed[fact.key] = Closed(episode: fact.episode, host: event.host, time: event.time)
        for id in ids { targets[id]?.attempt?.factCleared(at: event.time) }
    }

    /// A decision to act counts once its action is there too.
    private mutating func restore(_ decision: Decision) {
        guard decision.verdict == .declined, open[decision.key]?.fact.episode == decision.episode else { return }
        open[decision.key]?.isDecided = true
    }

    /// An action of a policy that is gone, or of a fact that the journal no longer holds, still counts for limits.
    private mutating func restore(_ order: Action, _ event: Event) {
        let id = TargetID(policy: order.policy, key: order.key)
        var target = targets[id] ?? Target()
        guard target.action != event.id else { return }
        target.action = event.id
        target.host = event.host
        target.actions.append(event.time)
        target.actionsInEpisode = target.episode == order.episode ? target.actionsInEpisode + 1 : 1
        target.episode = order.episode
        if let policy = policies.policies.first(where: { $0.name == order.policy }) {
            target.forgetAt = event.time + max(policy.cooldown, policy.attemptsWithin)
            if let fact = open[order.key]?.fact {
                target.attempt = Attempt(event: event, order: order, fact: fact, policy: policy)
            }
        }
        targets[id] = target
        if open[order.key]?.fact.episode == order.episode { open[order.key]?.isDecided = true }
    }

    private mutating func restore(_ outcome: Outcome, _ event: Event) {
        let id = TargetID(policy: outcome.policy, key: outcome.key)
        if targets[id]?.attempt?.id == outcome.action { targets[id]?.attempt = nil }
    }
}
