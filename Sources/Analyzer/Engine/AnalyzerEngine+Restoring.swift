package import ExhaustCore

/// From the journal back to the facts that are open.
extension AnalyzerEngine {
    package mutating func release(_ partitions: Set<Int>, of count: Int) {
        let isReleased = { (host: HostID) in partitions.contains(host.partition(of: count)) }
        for position in states.indices { states[position].release(isReleased) }
        openCounts = openCounts.filter { !isReleased($0.key) }
        gaps.release(isReleased)
    }

    package mutating func restore(_ event: Event) {
        guard event.type == .fact else { return }
        do {
            let fact = try event.payload(Fact.self)
            guard let position = states.firstIndex(where: { $0.rule.fact == fact.name }) else { return }
            if let change = states[position].restore(fact, event, limits: limits) { count(event.host, change) }
        } catch {
            report(.defect(rule: event.data["name"]?.string ?? "", error))
        }
    }

    package mutating func restored(_ partitions: Set<Int>, of count: Int, now: Timestamp) { index() }
}

extension RuleState {
    /// Forgets the hosts for which `isReleased` holds.
    mutating func release(_ isReleased: (HostID) -> Bool) {
        keys = keys.filter { !isReleased($0.value.host) }
        openKeys = openKeys.filter { !isReleased($0.key) }
    }

    /// Takes what the journal tells of a fact. Gives by how much the host's open facts change; `nil` for none.
    mutating func restore(_ fact: Fact, _ event: Event, limits: Limits) -> Int? {
        guard touch(fact.key, host: event.host, limit: limits.keysPerRule) else { return nil }
        let wasOpen = keys[fact.key]?.open != nil
        keys[fact.key]?.answered = Answered(evidence: fact.evidence, before: fact.last)
        if fact.transition == .cleared { return close(fact.key, settled: nil) == nil ? nil : -1 }
        let restored = OpenFact(
            fact: fact, host: event.host, keys: fact.keys ?? [], correlationID: event.correlationID ?? fact.episode,
            chainDepth: event.chainDepth ?? 0, touched: event.time, told: event.time)
        if wasOpen {
            keys[fact.key]?.open = restored
            return nil
        }
        open(restored, key: fact.key)
        return 1
    }
}

/// Events that an earlier instance has answered for: if they come again, they raise nothing.
struct Answered: Sendable {
    /// The events that the fact named.
    let evidence: [EventIdentity]
    /// Those that it did not name happened before this.
    let before: Timestamp

    func contains(_ event: Event) -> Bool { event.time < before || evidence.contains(event.identity) }
}
