import ExhaustCore

/// How long one key's number has been past its limit.
struct ThresholdWatch: Sendable {
    private var latest: Timestamp?
    private var since: Timestamp?
    private var evidence: [EventIdentity] = []

    /// Judges a number. One that is not newer than the latest changes nothing.
    mutating func take(
        _ sample: Sample, _ threshold: Detector.Threshold, isOpen: Bool, keeping count: Int
    ) -> Verdict {
        guard let number = sample.value else { return .none }
        if let latest, sample.time <= latest { return .none }
        latest = sample.time
        if isOpen {
            since = nil
            evidence = []
            if threshold.isBack(number) { return .recede }
            return threshold.isPast(number) ? .evidence : .linger
        }
        guard threshold.isPast(number) else {
            since = nil
            evidence = []
            return .none
        }
        let start = since ?? sample.time
        since = start
        evidence = evidence.suffix(count - 1) + [sample.event.identity]
        guard sample.time - start >= threshold.hold ?? .zero else { return .none }
        return .raise(evidence, first: start, value: number)
    }
}
