import ExhaustCore

/// How long events have shown that a fact is over.
struct ClearProgress: Sendable {
    private var latest: Timestamp?
    private(set) var since: Timestamp?

    /// Takes what an event at `time` shows, and tells whether the fact is over: every event for `hold` must show it,
    /// the last one at least that long after the first, since silence proves nothing.
    mutating func take(_ holds: Bool, at time: Timestamp, for hold: Duration) -> Bool {
        if let latest, time <= latest { return false }
        latest = time
        guard holds else {
            since = nil
            return false
        }
        let start = since ?? time
        since = start
        return time - start >= hold
    }

    /// Takes evidence that the fact is there, which undoes what was shown before it.
    mutating func contradict(at time: Timestamp, accuracy: Duration) {
        if let since, time + accuracy > since { self.since = nil }
    }
}
