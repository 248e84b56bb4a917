import ExhaustCore

/// The facts that the engine raises by itself, whatever its rules.
extension Rule {
    /// Keys of a host are overdue, and nothing else is heard of it either.
    static let hostSilent = "host-silent"
    /// A host has as many open facts as allowed.
    static let factsOverflow = "facts-overflow"

    static let reserved = [hostSilent, factsOverflow, BrokenRules.fact]

    static let builtIn = [
        Rule(fact: hostSilent, stream: .status, key: [], severity: .error),
        Rule(fact: factsOverflow, stream: .fact, key: [], severity: .error, ttl: .seconds(600)),
    ]

    /// Whether it is one of them.
    var isBuiltIn: Bool { key.isEmpty }

    func builtInSummary(_ value: Double?) -> String? {
        switch fact {
        case Self.hostSilent: "nothing is heard of the host, and keys of its rules are overdue"
        case Self.factsOverflow: "too many open facts; \(Int(value ?? 0)) more were not raised"
        default: nil
        }
    }
}

extension AnalyzerEngine {
    /// A fact was refused, since its host has too many: a fact of its own, which the bound does not hold. `isNews` if
    /// it is the first time for that occurrence.
    mutating func overflow(_ rule: Rule, _ ground: Ground, _ episode: Episode, isNews: Bool) {
        if isNews { report(.tooManyFacts(rule: rule.fact, host: ground.host)) }
        guard let own = positions[Rule.factsOverflow], let identity = episode.evidence.last else { return }
        let key = FactKey(Rule.factsOverflow, [.string(ground.host.description)])
        guard touch(own, key.text, ground.host) else { return }
        let known = states[own].keys[key.text]?.current.episode
        let grown = Episode(
            first: min(known?.first ?? episode.last, episode.last),
            last: max(known?.last ?? episode.last, episode.last),
            value: max(1, (known?.value ?? 0) + (isNews ? 1 : 0)), evidence: [identity], handled: time)
        states[own].keys[key.text]?.begin(grown)
        settle(own, key.text, (key, Ground(host: ground.host)), cause: identity)
    }
}
