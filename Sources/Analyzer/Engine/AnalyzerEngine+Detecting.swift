import ExhaustCore

/// From events to what they say about keys.
extension AnalyzerEngine {
    mutating func detect(_ position: Int, _ event: Event, _ bindings: EventBindings) {
        guard let each = states[position].rule.each else {
            return judge(position, Sample(event: event, item: nil), bindings)
        }
        do {
            guard case .list(let items) = try each.evaluate(in: bindings) else { return }
            for (index, item) in items.enumerated() {
                judge(position, Sample(event: event, item: item, index: index), EventBindings(event, item: item))
            }
        } catch {
            states[position].note(error)
        }
    }

    private mutating func judge(_ position: Int, _ sample: Sample, _ bindings: EventBindings) {
        do {
            if let condition = states[position].rule.condition, try !condition.holds(bindings) { return }
            guard let finding = try states[position].rule.finding(in: bindings, sample.event.type) else { return }
            if case .new = states[position].rule.detector { return try meet(position, sample, bindings, finding) }
            observe(position, try FactKey(states[position].rule, in: bindings), sample, finding)
        } catch {
            states[position].note(error)
        }
    }

    /// Takes an observation about a key.
    private mutating func observe(_ position: Int, _ key: FactKey, _ sample: Sample, _ kind: Observation.Kind) {
        let host = sample.event.host
        let observation = observation(of: sample, kind)
        if case .absence = states[position].rule.detector {
            guard touch(position, key.text, host), states[position].isHeard(key.text, sample, observation) else {
                return
            }
            return settle(position, key.text, cause: sample.event.identity)
        }
        var step = states[position].take(observation, key: key.text, sample, at: time, limits)
        if step == nil, touch(position, key.text, host) {
            step = states[position].take(observation, key: key.text, sample, isFresh: true, at: time, limits)
        }
        guard let step else { return }
        if step.reception == .late { states[position].late += 1 }
        follow(step, position, key.text, (key, Ground(host: host, sample: sample)), cause: observation.identity)
    }

    /// Tells what follows from an observation.
    mutating func follow(
        _ step: KeyState.Step, _ position: Int, _ key: String, _ ground: (key: FactKey, Ground)?, cause: EventIdentity
    ) {
        tell(step.outcome, position, key, ground, cause: cause, at: now)
        if let deadline = step.deadline { timers.add(deadline, rule: position, key: key) }
    }

    /// Makes sure that the rule knows the key.
    mutating func touch(_ position: Int, _ key: String, _ host: HostID) -> Bool {
        if states[position].touch(key, host: host, limit: limits.keysPerRule) { return true }
        states[position].refusedKeys += 1
        return false
    }

    /// What `sample` says.
    func observation(of sample: Sample, _ kind: Observation.Kind) -> Observation {
        Observation(
            time: moment(of: sample.event), handled: time, identity: sample.event.identity, item: sample.index,
            kind: kind)
    }

    /// When an event happened. One from the future is one of now.
    func moment(of event: Event) -> Timestamp { event.time > now + limits.lateness ? now : event.time }

    /// Takes a value of `new`: one that was not seen before is a fact of its own.
    private mutating func meet(
        _ position: Int, _ sample: Sample, _ bindings: EventBindings, _ finding: Observation.Kind
    ) throws(ExpressionError) {
        guard case .new(let new) = states[position].rule.detector, case .shows(_, let text?, _) = finding else {
            return
        }
        let group = try FactKey(states[position].rule, in: bindings)
        let key = FactKey(states[position].rule.fact, group.values + [.string(text)])
        let time = moment(of: sample.event)
        guard let isNew = states[position].isNew(text, of: group.text, sample.event.host, at: time, new, limits) else {
            states[position].refusedKeys += 1
            return
        }
        guard isNew || states[position].keys[key.text]?.open != nil else { return }
        observe(position, key, sample, .shows(number: nil, text: nil, steps: 0))
    }
}

extension Rule {
    /// What an event that fulfils the condition shows; `nil` if nothing.
    fileprivate func finding(
        in bindings: EventBindings, _ type: EventType
    ) throws(ExpressionError) -> Observation.Kind? {
        switch detector {
        case .match, .count, .absence, .correlate: return .shows(number: nil, text: nil, steps: 0)
        case .threshold(let threshold):
            return try threshold.value.evaluate(in: bindings).number.map { .shows(number: $0, text: nil, steps: 0) }
        case .rate(let rate):
            guard let of = rate.of else { return .shows(number: 1, text: nil, steps: 0) }
            return try of.evaluate(in: bindings).number.map { .shows(number: $0, text: nil, steps: 0) }
        case .distinct(let distinct): return .shows(number: nil, text: try text(distinct.of, bindings), steps: 0)
        case .change(let change): return .shows(number: nil, text: try text(change.of, bindings), steps: 0)
        case .new(let new): return .shows(number: nil, text: try text(new.of, bindings), steps: 0)
        case .sequence(let sequence):
            let steps = try sequence.steps(in: bindings, type, stream)
            return steps == 0 ? nil : .shows(number: nil, text: nil, steps: steps)
        }
    }

    private func text(_ expression: Expression, _ bindings: EventBindings) throws(ExpressionError) -> String {
        Self.text(try expression.evaluate(in: bindings))
    }

    /// A value as detectors compare it: strings as they are, all else as JSON.
    static func text(_ value: Value) -> String {
        value.string ?? String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    }
}

extension Detector.Sequence {
    /// The steps for which an event of `type` will do, as bits. A step that cannot be asked does not hold.
    fileprivate func steps(
        in bindings: EventBindings, _ type: EventType, _ own: EventType
    ) throws(ExpressionError) -> UInt32 {
        var mask: UInt32 = 0
        var failure: ExpressionError?
        for (index, step) in steps.enumerated() where (step.stream ?? own) == type {
            do {
                if try step.condition.isTrue(in: bindings) { mask |= 1 << UInt32(index) }
            } catch {
                failure = error
            }
        }
        if mask == 0, let failure { throw failure }
        return mask
    }
}
