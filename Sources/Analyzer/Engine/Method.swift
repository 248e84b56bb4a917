import ExhaustCore

/// What of a rule its keys need: little, since every event of theirs takes it along.
struct Method: Sendable {
    let detector: Detector
    /// How long events must show that the fact is over.
    let hold: Duration
    let ttl: Duration?
    /// Whether the order of events makes a difference: what nothing but evidence changes is the same in any.
    let needsOrder: Bool
    /// Whether time alone, or an event that speaks against it, may lead to the fact.
    let raisesWithoutEvent: Bool

    init(_ rule: Rule) {
        detector = rule.detector
        hold = rule.clear?.hold ?? .zero
        ttl = rule.ttl
        switch rule.detector {
        case .match, .new: needsOrder = rule.clear?.condition != nil
        case .absence, .correlate: needsOrder = false
        case .threshold, .count, .rate, .distinct, .sequence, .change: needsOrder = true
        }
        switch rule.detector {
        case .absence: raisesWithoutEvent = true
        case .rate(let rate): raisesWithoutEvent = rate.limit.below != nil
        // Where the fact was over before, its window is another, which may be full.
        case .count, .distinct, .sequence: raisesWithoutEvent = rule.clear?.condition != nil
        default: raisesWithoutEvent = hold > .zero
        }
    }
}
