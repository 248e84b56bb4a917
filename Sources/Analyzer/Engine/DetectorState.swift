import ExhaustCore

/// What a rule's detector remembers of one key.
enum DetectorState: Sendable, Codable {
    /// The detectors that remember nothing of a key, or not here.
    case none
    case threshold(ThresholdWatch)
    case count(EventWindow)
    case rate(RateWatch)
    case distinct(DistinctWatch)
    case sequence(SequenceMatcher)
    case change(ChangeWatch)

    init(_ detector: Detector) {
        switch detector {
        case .match, .absence, .new, .correlate: self = .none
        case .threshold: self = .threshold(ThresholdWatch())
        case .count: self = .count(EventWindow())
        case .rate: self = .rate(RateWatch())
        case .distinct: self = .distinct(DistinctWatch())
        case .sequence: self = .sequence(SequenceMatcher())
        case .change: self = .change(ChangeWatch())
        }
    }

    /// Judges an observation that shows what the rule looks for, newer than all before it.
    mutating func take(_ observation: Observation, _ detector: Detector, isOpen: Bool, limits: Limits) -> Verdict {
        guard case .shows(let number, let text, let steps) = observation.kind else { return .none }
        // Each is put aside while it changes, so that nothing is copied.
        switch self {
        case .none: break
        case .threshold(var watch):
            guard case .threshold(let threshold) = detector else { return .none }
            self = .none
            defer { self = .threshold(watch) }
            return watch.take(observation, number ?? .nan, threshold, isOpen: isOpen, keeping: limits.evidence)
        case .count(var window):
            guard case .count(let count) = detector, !isOpen else { return .evidence(value: nil) }
            self = .none
            defer { self = .count(window) }
            let (time, identity) = (observation.time, observation.identity)
            guard window.take(time, identity, within: count.within, above: count.above) else { return .none }
            return .raise(window.latest, first: window.first ?? time, value: Double(window.count))
        case .rate(var watch):
            guard case .rate(let rate) = detector else { return .none }
            self = .none
            defer { self = .rate(watch) }
            return watch.take(observation, number ?? .nan, rate, isOpen: isOpen, keeping: limits.evidence)
        case .distinct(var watch):
            guard case .distinct(let distinct) = detector, !isOpen else { return .evidence(value: nil) }
            self = .none
            defer { self = .distinct(watch) }
            return watch.take(observation, text ?? "", distinct, keeping: limits.evidence)
        case .sequence(var matcher):
            guard case .sequence(let sequence) = detector else { return .none }
            self = .none
            defer { self = .sequence(matcher) }
            return Self.judge(&matcher, sequence, observation, steps, isOpen: isOpen, keeping: limits.evidence)
        case .change(var watch):
            guard case .change(let change) = detector else { return .none }
            self = .none
            defer { self = .change(watch) }
            return Self.judge(watch.take(text ?? ""), text ?? "", change, observation, isOpen: isOpen)
        }
        return isOpen ? .evidence(value: nil) : .raise([observation.identity], first: observation.time, value: nil)
    }

    private static func judge(
        _ matcher: inout SequenceMatcher, _ sequence: Detector.Sequence, _ observation: Observation,
        _ steps: UInt32, isOpen: Bool, keeping count: Int
    ) -> Verdict {
        let complete = matcher.take(
            steps: steps, at: observation.time, observation.identity, times: sequence.steps.map(\.times),
            within: sequence.within)
        guard let complete else { return .none }
        return isOpen
            ? .evidence(value: nil) : .raise(complete.events.suffix(count), first: complete.first, value: nil)
    }

    private static func judge(
        _ previous: String?, _ value: String, _ change: Detector.Change, _ observation: Observation, isOpen: Bool
    ) -> Verdict {
        let isChanged = previous.map { previous in change.from.map { Rule.text($0) == previous } ?? true } ?? false
        let isThere = change.to.map { Rule.text($0) == value } ?? isChanged
        if isOpen { return isThere ? .evidence(value: nil) : change.to == nil ? .none : .over }
        guard isChanged, isThere else { return .none }
        return .raise([observation.identity], first: observation.time, value: nil)
    }

    /// A fact is over, and the next one begins anew.
    mutating func begin() {
        switch self {
        case .none, .rate, .change: break
        case .threshold(var watch):
            watch.begin()
            self = .threshold(watch)
        case .count: self = .count(EventWindow())
        case .distinct: self = .distinct(DistinctWatch())
        case .sequence: self = .sequence(SequenceMatcher())
        }
    }
}
