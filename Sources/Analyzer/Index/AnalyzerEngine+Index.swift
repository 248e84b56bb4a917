package import ExhaustCore

/// Which rules the engine asks of an event.
extension AnalyzerEngine {
    /// Finds rules by stream and by the literals that they require, unless those are left out of account.
    package mutating func indexStreams(byLiterals: Bool = true) {
        var watching: [EventType: [RuleIndex.Entry]] = [:]
        var clearing = watching
        for (position, state) in states.enumerated() {
            let rule = state.rule
            if !rule.isCorrelating, !rule.isBuiltIn {
                for stream in rule.streams {
                    let requirement = byLiterals ? rule.requirement(on: stream) : nil
                    watching[stream, default: []].append((position, requirement))
                }
            }
            if let clear = rule.clear, clear.condition != nil {
                let requirement = byLiterals ? rule.requirementToClear : nil
                clearing[clear.stream ?? rule.stream, default: []].append((position, requirement))
            }
        }
        self.watching = watching.mapValues(RuleIndex.init)
        self.clearing = clearing.mapValues(RuleIndex.init)
    }

    /// Shows an event to the rules that it may concern.
    mutating func show(_ event: Event) {
        let cleared = find(for: event)
        let bindings = EventBindings(event)
        for index in 0..<cleared { clear(candidates[index], by: event, bindings) }
        for index in cleared..<candidates.count { detect(candidates[index], event, bindings) }
    }

    /// Makes `candidates` those of `event`, and gives how many of them clear by it.
    private mutating func find(for event: Event) -> Int {
        candidates.removeAll(keepingCapacity: true)
        clearing[event.type]?.appendCandidates(for: event, to: &candidates)
        let cleared = candidates.count
        watching[event.type]?.appendCandidates(for: event, to: &candidates)
        return cleared
    }

    /// How many rules `event` may concern.
    package mutating func countOfCandidates(for event: Event) -> Int {
        _ = find(for: event)
        return candidates.count
    }

    /// Bytes that the index takes.
    package var indexSize: Int {
        (Array(watching.values) + Array(clearing.values)).reduce(0) { $0 + $1.size }
    }
}
