import ExhaustCore

/// One occurrence of a fact, as its events show it.
struct Episode: Sendable, Codable {
    /// Times of the first and the latest event that showed it.
    private(set) var first: Timestamp
    private(set) var last: Timestamp
    private(set) var value: Double?
    /// The latest events that showed it, latest last.
    private(set) var evidence: [EventIdentity]
    /// When the latest of them was handled.
    private(set) var handled: Timestamp
    /// Since when every event has shown that it is over.
    private var since: Timestamp?

    init(
        first: Timestamp, last: Timestamp, value: Double?, evidence: [EventIdentity], handled: Timestamp
    ) {
        self.first = first
        self.last = last
        self.value = value
        self.evidence = evidence
        self.handled = handled
    }

    /// Adds an event that shows it.
    mutating func add(_ observation: Observation, value: Double?, limits: Limits) {
        if evidence.contains(observation.identity) { return }
        if evidence.count >= limits.evidence { evidence.removeFirst(evidence.count - limits.evidence + 1) }
        evidence.append(observation.identity)
        first = min(first, observation.time)
        last = max(last, observation.time)
        self.value = value ?? self.value
        handled = max(handled, observation.handled)
        since = nil
    }

    /// Takes what an event at `time` shows, and tells whether the fact is over: every event for `hold` must show it,
    /// the last one at least that long after the first, since silence proves nothing.
    mutating func recede(_ holds: Bool, at time: Timestamp, for hold: Duration, limits: Limits) -> Bool {
        guard time > last else { return false }
        guard holds else {
            since = nil
            return false
        }
        if hold == .zero { return true }
        // The evidence may have happened a little later than it says.
        guard let since else {
            if time >= last + limits.accuracy { self.since = time }
            return false
        }
        return time - since >= hold
    }
}
