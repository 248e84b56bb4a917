import ExhaustCore

/// How many values one key has shown of late, and the latest events with a new one.
struct DistinctWatch: Sendable, Codable {
    private var window = DistinctWindow()
    private var evidence: [Shown] = []

    private struct Shown: Sendable, Codable {
        let time: Timestamp
        let identity: EventIdentity
    }

    /// Judges a value.
    mutating func take(
        _ observation: Observation, _ value: String, _ distinct: Detector.Distinct, keeping kept: Int
    ) -> Verdict {
        let time = observation.time
        let count = window.take(value, at: time, within: distinct.within, above: distinct.above)
        if evidence.count == kept { evidence.removeFirst() }
        evidence.append(Shown(time: time, identity: observation.identity))
        evidence.removeAll { time - $0.time >= distinct.within }
        guard count > distinct.above else { return .none }
        return .raise(evidence.map(\.identity), first: evidence.first?.time ?? time, value: Double(count))
    }
}
