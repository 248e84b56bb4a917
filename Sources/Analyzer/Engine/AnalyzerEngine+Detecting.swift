import ExhaustCore

/// From events to facts.
extension AnalyzerEngine {
    mutating func detect(_ position: Int, _ event: Event, now: Timestamp) {
        guard let each = states[position].rule.each else { return judge(position, event, nil, now: now) }
        do {
            guard case .list(let items) = try each.evaluate(in: EventBindings(event)) else { return }
            for item in items { judge(position, event, item, now: now) }
        } catch {
            states[position].note(error)
        }
    }

    private mutating func judge(_ position: Int, _ event: Event, _ item: Value?, now: Timestamp) {
        let rule = states[position].rule
        let bindings = EventBindings(event, item: item)
        let key: FactKey
        var value: Double?
        do {
            if let condition = rule.condition, try !condition.isTrue(in: bindings) { return }
            if case .threshold(let threshold) = rule.detector {
                guard let number = try threshold.value.evaluate(in: bindings).number else { return }
                value = number
            }
            key = try FactKey(rule, in: bindings)
        } catch {
            return states[position].note(error)
        }
        guard states[position].touch(key.text, host: event.host, limit: limits.keysPerRule) else {
            return report(.tooManyKeys(rule: rule.fact))
        }
        act(position, key, Sample(event: event, item: item, value: value, now: now))
    }

    private mutating func act(_ position: Int, _ key: FactKey, _ sample: Sample) {
        let rule = states[position].rule
        switch states[position].keys[key.text]?.judge(sample, rule.detector, limits: limits) ?? .none {
        case .none: break
        case .raise(let evidence, let first, let value):
            raise(position, key, sample, (evidence, first), value: value, at: sample.now)
        case .evidence: update(position, key.text, sample)
        case .linger: _ = states[position].keys[key.text]?.open?.clearing.take(false, at: sample.time, for: .zero)
        case .recede: recede(position, key.text, sample)
        }
        schedule(position, key.text)
    }

    mutating func raise(
        _ position: Int, _ key: FactKey, _ sample: Sample, _ shown: (evidence: [EventIdentity], first: Timestamp),
        value: Double?, at time: Timestamp
    ) {
        let rule = states[position].rule
        let host = sample.event.host
        guard openCounts[host, default: 0] < limits.openFactsPerHost else {
            return report(.tooManyFacts(rule: rule.fact, host: host))
        }
        do {
            let texts = self.texts(rule, sample, value)
            let (open, event) = try maker.raise(rule, key, sample, shown, value: value, texts: texts, at: time)
            states[position].open(open, key: key.text)
            count(host, 1)
            output.append(event)
        } catch {
            report(.defect(rule: rule.fact, error))
        }
    }

    private mutating func update(_ position: Int, _ key: String, _ sample: Sample) {
        guard var open = states[position].keys[key]?.open else { return }
        open.add(sample, limits: limits)
        if sample.now - open.told >= limits.updateInterval {
            open.told = sample.now
            open.fact.summary = texts(states[position].rule, sample, open.fact.value).summary
            tell(open, .updated, cause: sample.event.identity, at: sample.now)
        }
        states[position].keys[key]?.open = open
    }

    /// A fact's texts; a template that fails must not cost the fact.
    private func texts(_ rule: Rule, _ sample: Sample, _ value: Double?) -> (subject: String, summary: String?) {
        var texts: (subject: String, summary: String?) = (sample.event.host.description, nil)
        do {
            texts.subject = try rule.subject.renderText(in: EventBindings(sample.event, item: sample.item))
            texts.summary = try rule.summary?.renderText(
                in: EventBindings(sample.event, item: sample.item, value: value))
        } catch {
            report(.templateError(rule: rule.fact, error))
        }
        return texts
    }
}
