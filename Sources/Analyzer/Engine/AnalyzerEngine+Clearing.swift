import ExhaustCore

/// How facts end: by an event that shows it, by their value, or by time.
extension AnalyzerEngine {
    /// Shows an event of the clear condition's stream to the rule's open facts on its host.
    mutating func clear(_ position: Int, by event: Event, now: Timestamp) {
        let rule = states[position].rule
        guard let keys = states[position].openKeys[event.host], let condition = rule.clear?.condition else { return }
        if rule.clearAsksForFact {
            for key in keys {
                guard let open = states[position].keys[key]?.open else { continue }
                let holds = truth(of: condition, in: EventBindings(event, fact: open.binding), position)
                show(position, key, event, holds: holds, now: now)
            }
            return
        }
        let holds = truth(of: condition, in: EventBindings(event), position)
        for key in subjects(of: event, among: keys, rule) { show(position, key, event, holds: holds, now: now) }
    }

    /// The open facts that a clear event speaks about: the one with its key, or all of the host, if it comes from a
    /// stream that has no such key.
    private func subjects(of event: Event, among keys: [String], _ rule: Rule) -> [String] {
        do {
            let key = try FactKey(rule, in: EventBindings(event)).text
            return keys.contains(key) ? [key] : []
        } catch {
            return keys
        }
    }

    /// Whether the condition holds. One that fails does not: what cannot be seen is not over.
    private mutating func truth(of condition: Expression, in bindings: EventBindings, _ position: Int) -> Bool {
        do {
            return try condition.isTrue(in: bindings)
        } catch {
            states[position].note(error)
            return false
        }
    }

    private mutating func show(_ position: Int, _ key: String, _ event: Event, holds: Bool, now: Timestamp) {
        guard var open = states[position].keys[key]?.open, event.time > open.fact.last else { return }
        let hold = states[position].rule.clear?.hold ?? .zero
        let isOver = open.clearing.take(holds, at: event.time, for: hold)
        states[position].keys[key]?.open = open
        if isOver { close(position, key, settled: event.time, cause: event.identity, at: now) }
    }

    /// A threshold's number is back, or an absence is over.
    mutating func recede(_ position: Int, _ key: String, _ sample: Sample) {
        let hold = states[position].rule.clear?.hold ?? .zero
        guard states[position].keys[key]?.open?.clearing.take(true, at: sample.time, for: hold) == true else { return }
        close(position, key, settled: nil, cause: sample.event.identity, at: sample.now)
    }

    private mutating func close(
        _ position: Int, _ key: String, settled: Timestamp?, cause: EventIdentity?, at time: Timestamp
    ) {
        guard let open = states[position].close(key, settled: settled) else { return }
        count(open.host, -1)
        tell(open, .cleared, cause: cause, at: time)
    }

    /// Acts on a deadline if it still stands. What follows is stamped with the deadline, so that a replay that lets
    /// time pass in leaps says the same as a clock that ticks.
    mutating func fire(_ entry: DeadlineQueue.Entry, now: Timestamp) {
        let rule = states[entry.rule].rule
        states[entry.rule].keys[entry.key]?.isScheduled = false
        guard let state = states[entry.rule].keys[entry.key], let deadline = state.deadline(rule) else { return }
        guard deadline <= now else { return schedule(entry.rule, entry.key) }
        if let open = state.open {
            close(entry.rule, entry.key, settled: nil, cause: open.fact.evidence.last, at: deadline)
            states[entry.rule].keys[entry.key]?.latest = nil
            return
        }
        guard let sample = state.latest else { return }
        do {
            let key = try FactKey(rule, in: EventBindings(sample.event, item: sample.item))
            raise(entry.rule, key, sample, ([sample.event.identity], sample.time), value: nil, at: deadline)
        } catch {
            states[entry.rule].note(error)
        }
        if states[entry.rule].keys[entry.key]?.open == nil {
            // The host has too many facts; ask again later, not at once.
            states[entry.rule].keys[entry.key]?.isScheduled = true
            timers.add(now + limits.updateInterval, rule: entry.rule, key: entry.key)
        } else {
            schedule(entry.rule, entry.key)
        }
    }
}

extension EventBindings {
    /// The event's names with those that a rule adds.
    init(_ event: Event, item: Value? = nil, value: Double? = nil, fact: Value? = nil) {
        var extras = ValueMap()
        extras["item"] = item
        extras["value"] = value.map { .double($0) }
        extras["fact"] = fact
        self.init(event, with: extras)
    }
}
