import ExhaustCore

/// From what keys amount to, to what is told of them.
extension AnalyzerEngine {
    /// Tells what has become of a key since it was last told. `ground` is the event at hand, with the key that it has;
    /// without one, a fact that is to be raised speaks of the key's latest event.
    mutating func settle(
        _ position: Int, _ key: String, _ ground: (key: FactKey, Ground)? = nil, cause: EventIdentity?,
        at wall: Timestamp? = nil
    ) {
        let outcome = states[position].keys[key]?.outcome(isEvidence: ground != nil, at: time, limits)
        tell(outcome ?? .nothing, position, key, ground, cause: cause, at: wall ?? now)
        schedule(position, key)
    }

    /// Tells what is to be told.
    mutating func tell(
        _ outcome: KeyState.Outcome, _ position: Int, _ key: String, _ ground: (key: FactKey, Ground)?,
        cause: EventIdentity?, at wall: Timestamp
    ) {
        switch outcome {
        case .nothing: break
        case .raise(let episode): raise(position, key, ground, episode, at: wall)
        case .update: update(position, key, ground?.1, cause: cause, at: wall)
        case .close: close(position, key, cause: cause, at: wall)
        case .replace(let episode):
            close(position, key, cause: cause, at: wall)
            raise(position, key, ground, episode, at: wall)
        }
    }

    private mutating func raise(
        _ position: Int, _ key: String, _ ground: (key: FactKey, Ground)?, _ episode: Episode, at wall: Timestamp
    ) {
        if let (key, ground) = ground { return raise(position, key, ground, episode, at: wall) }
        guard let sample = states[position].keys[key]?.sample else { return }
        do {
            let full = try states[position].key(of: sample)
            raise(position, full, Ground(host: sample.event.host, sample: sample), episode, at: wall)
        } catch {
            states[position].note(error)
        }
    }

    private mutating func update(
        _ position: Int, _ key: String, _ ground: Ground?, cause: EventIdentity?, at wall: Timestamp
    ) {
        if let ground {
            let texts = texts(position, ground, states[position].keys[key]?.open?.fact.value)
            states[position].keys[key]?.open?.fact.summary = texts.summary
        }
        tell(position, key, .updated, cause: cause, at: wall)
    }

    mutating func raise(
        _ position: Int, _ key: FactKey, _ ground: Ground, _ episode: Episode, at wall: Timestamp
    ) {
        let rule = states[position].rule
        guard rule.isBuiltIn || openCounts[ground.host, default: 0] < limits.openFactsPerHost else {
            let isNews = states[position].keys[key.text]?.refuse(episode) ?? true
            return overflow(rule, ground, episode, isNews: isNews)
        }
        let texts = self.texts(position, ground, episode.value)
        var open = maker.fact(rule, key, ground, episode, texts: texts, at: wall)
        if states[position].keys[key.text]?.current.flapping.isFlapping == true { open.fact.flapping = true }
        open.told = time
        do {
            var event = try maker.event(open, cause: episode.evidence.last, at: wall)
            if !rule.isCorrelating { joinRoots(&open, &event) }
            states[position].open(open, key: key.text)
            if !rule.isBuiltIn { count(ground.host, 1) }
            output.append(event)
        } catch {
            report(.defect(rule: rule.fact, error))
        }
    }

    /// Closes what is open of the key, and tells so.
    mutating func close(_ position: Int, _ key: String, cause: EventIdentity?, at wall: Timestamp? = nil) {
        states[position].keys[key]?.conclude()
        guard var open = states[position].close(key) else { return }
        if !states[position].rule.isBuiltIn { count(open.host, -1) }
        open.fact.transition = .cleared
        tell(open, cause: cause ?? open.fact.evidence.last, at: wall ?? now)
        leaveRoots(open)
        if states[position].rule.isCorrelating { orphan(position, key, of: open.fact.episode) }
    }

    /// Tells of the key's open fact as it is now.
    mutating func tell(
        _ position: Int, _ key: String, _ transition: Fact.Transition, cause: EventIdentity?, at wall: Timestamp
    ) {
        guard var open = states[position].keys[key]?.open else { return }
        open.fact.transition = transition
        tell(open, cause: cause, at: wall)
    }

    private mutating func tell(_ open: OpenFact, cause: EventIdentity?, at wall: Timestamp) {
        do {
            output.append(try maker.event(open, cause: cause, at: wall))
        } catch {
            report(.defect(rule: open.fact.name, error))
        }
    }

    /// Counts a fact that opens or closes on `host`.
    mutating func count(_ host: HostID, _ change: Int) {
        let count = openCounts[host, default: 0] + change
        openCounts[host] = count > 0 ? count : nil
    }

    /// A fact's texts; a template that fails must not cost the fact.
    private func texts(_ position: Int, _ ground: Ground, _ value: Double?) -> (subject: String, summary: String?) {
        let rule = states[position].rule
        var texts: (subject: String, summary: String?) = (ground.host.description, nil)
        guard let sample = ground.sample, !rule.isBuiltIn else { return (texts.subject, rule.builtInSummary(value)) }
        let bindings = EventBindings(sample.event, item: sample.item, value: value, fact: ground.child)
        do {
            texts.subject = try rule.subject?.renderText(in: bindings) ?? texts.subject
            texts.summary = try rule.summary?.renderText(in: bindings)
        } catch {
            report(.templateError(rule: rule.fact, error))
        }
        return texts
    }
}
