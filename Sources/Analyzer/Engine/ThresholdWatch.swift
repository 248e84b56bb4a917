import ExhaustCore

/// How long one key's number has been past its limit.
struct ThresholdWatch: Sendable, Codable {
    private var latest: Timestamp?
    private var since: Timestamp?
    private var evidence: [EventIdentity] = []

    /// Judges a number. Of two that happened at once only the first counts.
    mutating func take(
        _ observation: Observation, _ number: Double, _ threshold: Detector.Threshold, isOpen: Bool,
        keeping count: Int
    ) -> Verdict {
        let time = observation.time
        if let latest, time <= latest { return .none }
        latest = time
        if isOpen {
            begin()
            if threshold.limit.isBack(number) { return .recede }
            return threshold.limit.isPast(number) ? .evidence(value: number) : .linger
        }
        guard threshold.limit.isPast(number) else {
            begin()
            return .none
        }
        let start = since ?? time
        since = start
        if evidence.count == count { evidence.removeFirst() }
        evidence.append(observation.identity)
        guard time - start >= threshold.hold ?? .zero else { return .none }
        return .raise(evidence, first: start, value: number)
    }

    /// What comes next begins anew.
    mutating func begin() { (since, evidence) = (nil, []) }
}
