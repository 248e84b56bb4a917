import ExhaustCore

/// What a rule knows about one key.
struct KeyState: Sendable {
    let host: HostID
    var open: OpenFact?
    /// What an earlier instance made a fact of.
    var answered: Answered?
    /// When events last showed a fact of this key to be over; what happened before is settled.
    var settled: Timestamp?
    var threshold = ThresholdWatch()
    var window = CountWindow()
    /// For an absence: the latest event, and when it was handled.
    var latest: Sample?
    /// Whether the deadline queue has an entry for this key.
    var isScheduled = false
    /// When the key was last used, counted in uses of the rule.
    var serial: UInt64 = 0

    /// Judges a sample by the rule's detector.
    mutating func judge(_ sample: Sample, _ detector: Detector, limits: Limits) -> Verdict {
        if let settled, sample.time + limits.accuracy <= settled { return .none }
        if let answered, open == nil, answered.contains(sample.event) { return .none }
        switch detector {
        case .match:
            return open == nil ? .raise([sample.event.identity], first: sample.time, value: nil) : .evidence
        case .threshold(let threshold):
            return self.threshold.take(sample, threshold, isOpen: open != nil, keeping: limits.evidence)
        case .count(let count):
            if open != nil { return .evidence }
            return window.take(sample, count, keeping: limits.evidence)
        case .absence:
            if let latest, sample.time < latest.time { return .none }
            latest = sample
            return open == nil ? .none : .recede
        }
    }

    /// When the key wants attention without an event; `nil` if never.
    func deadline(_ rule: Rule) -> Timestamp? {
        if let open { return rule.ttl.map { open.touched + $0 } }
        guard case .absence(let absence) = rule.detector, let latest else { return nil }
        return latest.now + absence.within
    }
}
