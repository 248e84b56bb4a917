import ExhaustCore
import ExhaustRuntime

/// What an engine remembers, apart from its rules.
struct EngineMemory: Sendable, Codable {
    /// What it remembers by one rule.
    struct Part: Sendable, Codable {
        let fact: String
        /// A hash of the rule's logic: what was remembered by another is worth nothing.
        let logic: UInt64
        let keys: [String: KeyState]
        let seen: [String: SeenValues]
    }

    let clock: EngineClock
    let parts: [Part]
    let hosts: [String: HostPresence]
    let gaps: GapWatch
}

extension AnalyzerEngine {
    /// Everything that it remembers.
    var memory: EngineMemory {
        EngineMemory(
            clock: clock,
            parts: states.map {
                EngineMemory.Part(fact: $0.rule.fact, logic: $0.rule.fingerprint, keys: $0.keys, seen: $0.seen)
            },
            hosts: Dictionary(uniqueKeysWithValues: hosts.map { ($0.key.description, $0.value) }), gaps: gaps)
    }

    /// Takes over what was remembered of the hosts for which `isTaken` holds, of which it knows nothing. Gives the open
    /// facts of rules that are gone or have changed.
    mutating func recall(_ memory: EngineMemory, where isTaken: (HostID) -> Bool) -> [OpenFact] {
        var orphans: [OpenFact] = []
        // The clock of timers goes on where it stood, unless others rely on it.
        if states.allSatisfy({ $0.keys.isEmpty }) { clock = memory.clock }
        for part in memory.parts {
            let keys = part.keys.filter { isTaken($0.value.host) }
            guard let position = positions[part.fact], states[position].rule.fingerprint == part.logic else {
                orphans += keys.values.compactMap(\.open)
                continue
            }
            states[position].recall(keys, part.seen.filter { isTaken($0.value.host) })
            if !states[position].rule.isBuiltIn {
                for open in keys.values.compactMap(\.open) { count(open.host, 1) }
            }
        }
        for (name, presence) in memory.hosts {
            if let host = HostID(name), isTaken(host) { hosts[host] = presence }
        }
        gaps.merge(memory.gaps, where: isTaken)
        index()
        return orphans.sorted { $0.fact.key < $1.fact.key }
    }

    /// An engine with the same rules that remembers nothing. Facts that it raises are those that the events `told` tell
    /// of, which are given by the facts' keys, oldest first.
    func blank(told: [String: [EventIdentity]] = [:]) -> AnalyzerEngine {
        var limits = limits
        // What it is shown was recorded, so that nothing is held back.
        limits.pausesTimers = false
        var engine = AnalyzerEngine(
            rules: states.map(\.rule).filter { !$0.isBuiltIn }, factory: maker.factory, limits: limits, report: report)
        engine.maker.told = told
        return engine
    }

    /// Forgets that the fact `key` of the rule `name` was raised, without a word.
    mutating func forget(_ key: String, of name: String) {
        guard let position = positions[name], let open = states[position].close(key) else { return }
        states[position].keys[key]?.end()
        if !states[position].rule.isBuiltIn { count(open.host, -1) }
        for root in open.roots {
            guard let parent = positions[root.fact] else { continue }
            states[parent].keys[root.key]?.family.removeAll { $0.key == key }
        }
    }

    /// Whether it knows of facts of this name.
    func hasRule(_ name: String) -> Bool { positions[name] != nil }

    /// The event that tells that `open` is over, whose rule is gone.
    mutating func clear(_ open: OpenFact, at time: Timestamp) -> Event? {
        var over = open
        over.fact.transition = .cleared
        do {
            return try maker.event(over, cause: open.fact.evidence.last, at: time)
        } catch {
            report(.defect(rule: open.fact.name, error))
            return nil
        }
    }
}

extension Rule {
    /// FNV-1a of the rule's logic.
    var fingerprint: UInt64 {
        logic.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
