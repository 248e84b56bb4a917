import ExhaustCore

/// Facts that come together, and the roots that stand for them. Roots and children are of one host.
extension AnalyzerEngine {
    /// Finds the roots of a fact that is about to be raised, and raises those that it completes.
    mutating func joinRoots(_ open: inout OpenFact, _ event: inout Event) {
        for position in correlating {
            guard let (key, correlate) = root(position, of: event) else { continue }
            guard touch(position, key.text, open.host) else { continue }
            let child = Child(
                fact: open.fact.name, key: open.fact.key, time: open.fact.last, told: event.identity)
            states[position].keys[key.text]?.family.append(child)
            open.roots.append(OpenFact.Root(fact: states[position].rule.fact, key: key.text))
            guard let parent = grow(position, key, child, event, correlate), open.fact.parent == nil else { continue }
            open.fact.parent = parent
            open.fact.suppressed = correlate.suppress ? true : nil
            event.data["parent"] = .string(parent)
            if correlate.suppress { event.data["suppressed"] = true }
        }
    }

    /// The key of the root that a fact would have by the rule.
    private mutating func root(_ position: Int, of event: Event) -> (FactKey, Detector.Correlate)? {
        guard case .correlate(let correlate) = states[position].rule.detector else { return nil }
        let bindings = EventBindings(event, fact: .map(event.data))
        do {
            guard try correlate.facts.isTrue(in: bindings),
                try states[position].rule.condition?.holds(bindings) ?? true
            else { return nil }
            let by = try correlate.by?.evaluate(in: bindings)
            return (try FactKey(states[position].rule, in: bindings, and: by), correlate)
        } catch {
            states[position].note(error)
            return nil
        }
    }

    /// Takes a child more. Gives the root's episode, if it is open or is now.
    private mutating func grow(
        _ position: Int, _ key: FactKey, _ child: Child, _ event: Event, _ correlate: Detector.Correlate
    ) -> String? {
        var family = states[position].keys[key.text]?.family ?? []
        let known = states[position].keys[key.text]?.open?.fact.episode
        if known == nil {
            guard let window = correlate.window(around: child, in: family) else { return nil }
            for index in family.indices { family[index].isMember = window.contains(family[index].time) }
        } else {
            family[family.count - 1].isMember = true
        }
        states[position].keys[key.text]?.family = family
        let members = family.filter(\.isMember)
        let times = members.map(\.time)
        states[position].keys[key.text]?.begin(
            Episode(
                first: times.min() ?? child.time, last: times.max() ?? child.time, value: Double(members.count),
                evidence: members.suffix(limits.evidence).map(\.told), handled: time))
        let ground = Ground(
            host: event.host, sample: Sample(event: event, item: nil), child: .map(event.data))
        settle(position, key.text, (key, ground), cause: event.identity)
        guard let root = states[position].keys[key.text]?.open?.fact.episode else { return nil }
        if known == nil {
            for member in members where member.key != child.key {
                adopt(member, root, isSuppressed: correlate.suppress, cause: event.identity)
            }
        }
        return root
    }

    /// Tells an open fact's root, or that it has none any more.
    private mutating func adopt(_ child: Child, _ parent: String?, isSuppressed: Bool, cause: EventIdentity?) {
        guard let position = positions[child.fact], let open = states[position].keys[child.key]?.open,
            parent == nil || open.fact.parent == nil
        else { return }
        states[position].keys[child.key]?.open?.fact.parent = parent
        states[position].keys[child.key]?.open?.fact.suppressed = isSuppressed ? true : nil
        tell(position, child.key, .updated, cause: cause, at: now)
    }

    /// A fact has ended; a root that stands for no other ends too.
    mutating func leaveRoots(_ open: OpenFact) {
        for root in open.roots {
            guard let position = positions[root.fact] else { continue }
            states[position].keys[root.key]?.family.removeAll { $0.key == open.fact.key }
            guard states[position].keys[root.key]?.family.contains(where: \.isMember) == false else { continue }
            states[position].keys[root.key]?.end()
            settle(position, root.key, cause: open.fact.evidence.last)
        }
    }

    /// A root has ended before its children; they stand for themselves again.
    mutating func orphan(_ position: Int, _ key: String, of episode: String) {
        for (index, child) in (states[position].keys[key]?.family ?? []).enumerated() {
            states[position].keys[key]?.family[index].isMember = false
            guard let own = positions[child.fact],
                states[own].keys[child.key]?.open?.fact.parent == episode
            else { continue }
            adopt(child, nil, isSuppressed: false, cause: nil)
        }
    }

    /// Finds the children of roots that do not know theirs: after a restart, or when the rules of roots have changed,
    /// of which those in `gone` are no more.
    mutating func reunite(without gone: Set<String> = []) {
        for position in states.indices where !states[position].rule.isCorrelating {
            for key in states[position].openKeys.values.joined().sorted() {
                states[position].keys[key]?.open?.roots.removeAll { gone.contains($0.fact) }
                if let open = states[position].keys[key]?.open { reunite(position, key, open) }
            }
        }
    }

    private mutating func reunite(_ position: Int, _ key: String, _ open: OpenFact) {
        do {
            let event = try maker.event(open, cause: nil, at: now)
            for root in correlating where !open.roots.contains(where: { $0.fact == states[root].rule.fact }) {
                guard let (rootKey, _) = self.root(root, of: event),
                    touch(root, rootKey.text, open.host)
                else { continue }
                let parent = states[root].keys[rootKey.text]?.open?.fact.episode
                states[root].keys[rootKey.text]?.family.append(
                    Child(
                        fact: open.fact.name, key: key, time: open.fact.last, told: event.identity,
                        isMember: parent != nil && parent == open.fact.parent))
                let known = OpenFact.Root(fact: states[root].rule.fact, key: rootKey.text)
                states[position].keys[key]?.open?.roots.append(known)
            }
        } catch {
            report(.defect(rule: open.fact.name, error))
        }
    }
}

extension Detector.Correlate {
    /// The earliest time in which `child`, and more than so many in all, were raised.
    fileprivate func window(around child: Child, in family: [Child]) -> Range<Timestamp>? {
        let times = family.map(\.time).sorted()
        for (first, last) in zip(times, times.dropFirst(above))
        where first <= child.time && child.time - first < within && last - first < within {
            return first..<first + within
        }
        return nil
    }
}

extension Rule {
    /// Whether it watches facts.
    var isCorrelating: Bool { if case .correlate = detector { true } else { false } }
}
