import ExhaustCore

/// A sliding sum of one key, and whether it is past a limit: at events, and between them as they leave the window.
struct RateWatch: Sendable, Codable {
    private var sum = SlidingSum()
    private var start: Timestamp?
    private var evidence: [EventIdentity] = []

    /// Judges an amount more.
    mutating func take(
        _ observation: Observation, _ amount: Double, _ rate: Detector.Rate, isOpen: Bool, keeping count: Int
    ) -> Verdict {
        let time = observation.time
        sum.add(amount, at: time, within: rate.within)
        start = start ?? time
        if evidence.count == count { evidence.removeFirst() }
        evidence.append(observation.identity)
        let value = rate.rate(ofSum: sum.sum(at: time, within: rate.within))
        if isOpen {
            if rate.limit.isBack(value) { return .over }
            return rate.limit.isPast(value) ? .evidence(value: value) : .linger
        }
        guard isFull(at: time, rate), rate.limit.isPast(value) else { return .none }
        return .raise(evidence, first: sum.first ?? time, value: value)
    }

    /// When the rate falls past its limit, or back, if nothing more happens; `nil` if never. What came before a restart
    /// happened at `latest` at the latest.
    func turn(_ rate: Detector.Rate, isOpen: Bool, since latest: Timestamp) -> Timestamp? {
        if rate.limit.above != nil {
            guard isOpen else { return nil }
            if sum.first == nil { return latest + rate.within }
            return sum.moment(within: rate.within) { rate.limit.isBack(rate.rate(ofSum: $0)) }
        }
        guard !isOpen, let start else { return nil }
        let moment = sum.moment(within: rate.within) { rate.limit.isPast(rate.rate(ofSum: $0)) }
        return moment.map { max($0, start + rate.within) }
    }

    /// The occurrence that begins at `time`, at which the rate has fallen past its limit.
    func episode(at time: Timestamp, _ rate: Detector.Rate, handled: Timestamp) -> Episode {
        Episode(
            first: time, last: time, value: rate.rate(ofSum: sum.sum(at: time, within: rate.within)),
            evidence: evidence, handled: handled)
    }

    /// A rate below a limit means something only once events could have filled the window.
    private func isFull(at time: Timestamp, _ rate: Detector.Rate) -> Bool {
        rate.limit.above != nil || start.map { time - $0 >= rate.within } == true
    }
}
