import ExhaustCore

/// From the journal back to what was known: a fold over facts, actions, runs and outcomes.
extension ActivatorEngine {
    mutating func release(_ partitions: Set<Int>, of count: Int) {
        let belongs = { (host: HostID) in partitions.contains(host.partition(of: count)) }
        let keys = Set(open.filter { belongs($0.value.event.host) }.keys)
        open = open.filter { !keys.contains($0.key) }
        targets = targets.filter { id, target in
            !keys.contains(id.key) && !(target.host.map(belongs) ?? false)
        }
    }

    mutating func restore(_ event: Event) {
        do {
            switch event.type {
            case .fact: restore(try event.payload(Fact.self), event)
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
        for (key, fact) in open where partitions.contains(fact.event.host.partition(of: count)) {
            for policy in policies.policies where applies(policy, to: fact.event) {
                let id = TargetID(policy: policy.name, key: key)
                if targets[id]?.attempt == nil { targets[id, default: Target()].retryAt = now + Self.backlogTime }
            }
        }
    }

    private mutating func restore(_ fact: Fact, _ event: Event) {
        let ids = targets.keys.filter { $0.key == fact.key }
        guard fact.transition == .cleared else {
            let isNew = open[fact.key]?.fact.episode != fact.episode
            open[fact.key] = OpenFact(fact: fact, event: event)
            // What that concluded follows in the journal as an outcome.
            if isNew { for id in ids { _ = targets[id]?.attempt?.factRaised(at: event.time) } }
            return
        }
        open[fact.key] = nil
        for id in ids { targets[id]?.attempt?.factCleared(at: event.time) }
    }

    /// An action of a policy that is gone, or of a fact that the journal no longer holds, still counts for limits.
    private mutating func restore(_ order: Action, _ event: Event) {
        let id = TargetID(policy: order.policy, key: order.key)
        var target = targets[id] ?? Target()
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
    }

    private mutating func restore(_ outcome: Outcome, _ event: Event) {
        let id = TargetID(policy: outcome.policy, key: outcome.key)
        if targets[id]?.attempt?.id == outcome.action { targets[id]?.attempt = nil }
    }
}
