import ExhaustCore

/// A rule's condition over one view of an event.
indirect enum SigmaNode: Sendable {
    case always(Bool)
    case probe(SigmaProbe)
    case not(SigmaNode)
    case and([SigmaNode])
    case or([SigmaNode])
    case atLeast(Int, [SigmaNode])

    func holds(in scope: SigmaScope) -> Bool {
        switch self {
        case .always(let flag): return flag
        case .probe(let probe): return probe.holds(in: scope)
        case .not(let node): return !node.holds(in: scope)
        case .and(let nodes): return nodes.allSatisfy { $0.holds(in: scope) }
        case .or(let nodes): return nodes.contains { $0.holds(in: scope) }
        case .atLeast(let least, let nodes):
            var count = 0
            for node in nodes where node.holds(in: scope) {
                count += 1
                if count == least { return true }
            }
            return false
        }
    }
}

/// A field, or the places where keywords may be, with what is asked of it.
struct SigmaProbe: Sendable {
    /// More than one for keywords alone.
    let sources: [SigmaSource]
    let tests: [SigmaTest]
    let needsAll: Bool

    func holds(in scope: SigmaScope) -> Bool {
        if sources.count == 1 {
            let value = scope.value(of: sources[0])
            return needsAll
                ? tests.allSatisfy { $0.holds(value, in: scope) } : tests.contains { $0.holds(value, in: scope) }
        }
        let isHere = { (test: SigmaTest) in sources.contains { test.holds(scope.value(of: $0), in: scope) } }
        return needsAll ? tests.allSatisfy(isHere) : tests.contains(where: isHere)
    }
}
