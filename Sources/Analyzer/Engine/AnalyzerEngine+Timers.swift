import ExhaustCore

/// What follows from time alone.
extension AnalyzerEngine {
    /// Acts on a deadline if it still stands. What follows is stamped with the deadline, so that a replay that lets
    /// time pass in leaps says the same as a clock that ticks.
    mutating func fire(_ entry: DeadlineQueue.Entry) {
        let (position, key) = (entry.rule, entry.key)
        if states[position].keys[key]?.scheduled == entry.time { states[position].keys[key]?.scheduled = nil }
        guard let deadline = states[position].keys[key]?.deadline(states[position].method) else { return }
        guard deadline <= time else { return schedule(position, key) }
        let wall = min(clock.wall(deadline), now)
        switch states[position].reason(for: key, at: deadline) {
        case .expiry:
            states[position].keys[key]?.end()
            states[position].keys[key]?.absence = nil
        case .turn(let time): states[position].pass(key, to: time, limits)
        case .silence:
            guard isHeard(position, key) else { return }
            states[position].fallSilent(key, at: deadline)
        case .hostSilence: return fallSilent(position, key, at: wall)
        case .retry: states[position].keys[key]?.retry = nil
        }
        settle(position, key, cause: states[position].keys[key]?.open?.fact.evidence.last, at: wall)
        if states[position].isRefused(key) {
            // The host has too many facts; ask again later, not at once.
            states[position].keys[key]?.retry = time + limits.updateInterval
            schedule(position, key)
        }
    }
}

extension RuleState {
    /// Why a key wants attention.
    enum Reason: Sendable {
        /// Its fact had no evidence for its time to live.
        case expiry
        /// A window that only time changes is past its limit, or back.
        case turn(Timestamp)
        /// Its next event is overdue.
        case silence
        /// Its fact was refused before.
        case retry
        /// Nothing is heard of its host.
        case hostSilence
    }

    /// Why `key` wants attention at `deadline`.
    func reason(for key: String, at deadline: Timestamp) -> Reason {
        guard let state = keys[key] else { return .expiry }
        if state.due == deadline { return .hostSilence }
        if state.retry == deadline { return .retry }
        if let turn = state.current.turn(method), turn.reading == deadline { return .turn(turn.time) }
        if state.current.episode == nil, state.absence != nil { return .silence }
        return .expiry
    }

    mutating func pass(_ key: String, to time: Timestamp, _ limits: Limits) {
        let method = method
        keys[key]?.pass(to: time, method, limits)
    }

    /// The key's next event is overdue.
    mutating func fallSilent(_ key: String, at deadline: Timestamp) {
        guard let sample = keys[key]?.sample, let latest = keys[key]?.absence?.latest else { return }
        keys[key]?.begin(
            Episode(
                first: latest, last: latest, value: nil, evidence: [sample.event.identity],
                handled: deadline))
    }

    /// Whether a fact could not be raised.
    func isRefused(_ key: String) -> Bool { keys[key]?.current.episode != nil && keys[key]?.open == nil }
}
