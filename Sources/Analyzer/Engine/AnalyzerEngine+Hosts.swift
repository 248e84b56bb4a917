import ExhaustCore

/// Overdue keys of hosts that are not heard: one fact about the host, not one a key.
extension AnalyzerEngine {
    /// Notes that the event's host was heard.
    mutating func hear(_ event: Event) {
        let (host, moment) = (event.host, moment(of: event))
        let isTold = positions[Rule.hostSilent].map { states[$0].openKeys[host] != nil } ?? false
        if hosts[host] == nil { hosts[host] = HostPresence(event.identity, at: moment, handled: time) }
        // Another instance may have told that it is silent.
        if isTold { hosts[host]?.isSilent = true }
        hosts[host]?.note(event.identity, at: moment, handled: time)
        guard let presence = hosts[host], presence.isSilent || !presence.waiting.isEmpty else { return }
        hosts[host]?.isSilent = false
        hosts[host]?.waiting = []
        // Before the keys, which may wait again, for what follows.
        endSilence(of: host, cause: event.identity)
        for overdue in presence.waiting {
            guard let position = positions[overdue.fact], states[position].keys[overdue.key]?.absence != nil else {
                continue
            }
            if presence.isSilent {
                states[position].keys[overdue.key]?.absence?.restart(at: time)
                schedule(position, overdue.key)
            } else {
                states[position].keys[overdue.key]?.absence?.isWaiting = false
                raiseOverdue(position, overdue.key)
            }
        }
    }

    private mutating func endSilence(of host: HostID, cause: EventIdentity) {
        guard let own = positions[Rule.hostSilent] else { return }
        let key = FactKey(Rule.hostSilent, [.string(host.description)]).text
        states[own].keys[key]?.due = nil
        states[own].keys[key]?.end()
        settle(own, key, cause: cause)
    }

    /// A key was due before its host was heard; it is absent if that host has come as far.
    private mutating func raiseOverdue(_ position: Int, _ key: String) {
        guard let due = states[position].keys[key]?.absence?.due(states[position].method), due <= time,
            isHeard(position, key)
        else { return schedule(position, key) }
        states[position].fallSilent(key, at: due)
        settle(position, key, cause: nil)
    }

    /// Whether the host of an overdue key was heard after the key was due. If not, the key waits for it.
    mutating func isHeard(_ position: Int, _ key: String) -> Bool {
        let (rule, method) = (states[position].rule, states[position].method)
        guard rule.key.count > 1, let state = states[position].keys[key], let absence = state.absence,
            let patience = absence.patience(method), let presence = hosts[state.host]
        else { return true }
        if let back = presence.back, back > absence.handled {
            // Nothing could be heard before; it has as long as ever to come.
            states[position].keys[key]?.absence?.restart(at: back)
            schedule(position, key)
            return false
        }
        if presence.newest >= absence.latest + patience { return true }
        states[position].keys[key]?.absence?.isWaiting = true
        hosts[state.host]?.waiting.append(HostPresence.Overdue(fact: rule.fact, key: key))
        watch(state.host, since: presence.handled)
        return false
    }

    /// Sees to it that `host` counts as silent if it is not heard.
    private mutating func watch(_ host: HostID, since handled: Timestamp) {
        guard hosts[host]?.isSilent == false, let own = positions[Rule.hostSilent] else { return }
        let key = FactKey(Rule.hostSilent, [.string(host.description)]).text
        guard touch(own, key, host) else { return }
        states[own].keys[key]?.due = max(handled + limits.hostSilence, time)
        schedule(own, key)
    }

    /// Nothing was heard of a host for too long.
    mutating func fallSilent(_ position: Int, _ key: String, at wall: Timestamp) {
        states[position].keys[key]?.due = nil
        guard let host = states[position].keys[key]?.host, let presence = hosts[host] else { return }
        hosts[host]?.isSilent = true
        if states[position].keys[key]?.open != nil { return }
        let episode = Episode(
            first: presence.newest, last: presence.newest, value: nil, evidence: [presence.latest], handled: time)
        states[position].keys[key]?.begin(episode)
        raise(position, FactKey(Rule.hostSilent, [.string(host.description)]), Ground(host: host), episode, at: wall)
    }
}
