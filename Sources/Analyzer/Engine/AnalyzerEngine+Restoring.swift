package import ExhaustCore

/// From the journal back to the facts that are open.
extension AnalyzerEngine {
    package mutating func release(_ partitions: Set<Int>, of count: Int) {
        let isReleased = { (host: HostID) in partitions.contains(host.partition(of: count)) }
        for position in states.indices { states[position].release(isReleased) }
        openCounts = openCounts.filter { !isReleased($0.key) }
        hosts = hosts.filter { !isReleased($0.key) }
        gaps.release(isReleased)
    }

    package mutating func restore(_ event: Event) {
        guard event.type == .fact else { return }
        do {
            let fact = try event.payload(Fact.self)
            guard let position = positions[fact.name] else { return }
            let change = states[position].restore(fact, event, limits: limits)
            if !states[position].rule.isBuiltIn { count(event.host, change) }
        } catch {
            report(.defect(rule: event.data["name"]?.string ?? "", error))
        }
    }

    package mutating func restored(_ partitions: Set<Int>, of count: Int, now: Timestamp) {
        self.now = now
        reunite()
        index()
    }
}

extension RuleState {
    /// Takes what the journal tells of a fact. Gives by how much the host's open facts change.
    mutating func restore(_ fact: Fact, _ event: Event, limits: Limits) -> Int {
        guard touch(fact.key, host: event.host, limit: limits.keysPerRule) else { return 0 }
        let wasOpen = keys[fact.key]?.open != nil
        let told = OpenFact(
            fact: fact, host: event.host, correlationID: event.correlationID ?? fact.episode,
            chainDepth: event.chainDepth ?? 0, told: event.time)
        if fact.transition == .cleared {
            _ = close(fact.key)
        } else {
            open(told, key: fact.key)
        }
        keys[fact.key]?.restore(told, at: event.time)
        return (fact.transition == .cleared ? 0 : 1) - (wasOpen ? 1 : 0)
    }
}
