import ExhaustCore

/// How events show that facts are over.
extension AnalyzerEngine {
    /// Shows an event of the clear condition's stream to the rule's keys on its host.
    mutating func clear(_ position: Int, by event: Event, _ bindings: EventBindings) {
        guard let condition = states[position].rule.clear?.condition else { return }
        // Without `for`, only what holds says anything; so no others need be shown, and the index leaves them out.
        let needsAll = states[position].rule.clear?.needsAll ?? false
        let open = states[position].openKeys[event.host] ?? []
        if states[position].rule.clearAsksForFact {
            for key in open {
                guard let fact = states[position].keys[key]?.open?.binding else { continue }
                let holds = truth(of: condition, in: EventBindings(event, fact: fact), position)
                if holds || needsAll { show(position, key, event, holds) }
            }
            return
        }
        let holds = truth(of: condition, in: bindings, position)
        guard holds || needsAll else { return }
        do {
            // A key that is not known yet may be in what comes late, and then is settled.
            let key = try FactKey(states[position].rule, in: bindings).text
            if states[position].keys[key] == nil {
                guard holds, touch(position, key, event.host) else { return }
            }
            show(position, key, event, holds)
        } catch {
            // It comes from a stream that has no such key, so it speaks of the host.
            for key in open { show(position, key, event, holds) }
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

    private mutating func show(_ position: Int, _ key: String, _ event: Event, _ holds: Bool) {
        // What does not show that the fact is over matters only where all must.
        guard holds || states[position].rule.clear?.hold ?? .zero > .zero else { return }
        let observation = observation(of: Sample(event: event, item: nil), .clears(holds))
        guard let step = states[position].take(observation, key: key, nil, at: time, limits) else { return }
        if step.reception == .late, holds { states[position].late += 1 }
        follow(step, position, key, nil, cause: event.identity)
    }
}
