import ExhaustCore

/// The latest events of one key, as many as are needed to tell whether the limit is passed.
struct CountWindow: Sendable {
    private var events: [(time: Timestamp, identity: EventIdentity)] = []

    /// Takes an event, in whatever order events come. One that lies before the window changes nothing.
    mutating func take(_ sample: Sample, _ count: Detector.Count, keeping kept: Int) -> Verdict {
        let newest = max(events.last?.time ?? sample.time, sample.time)
        guard sample.time > newest - count.within else { return .none }
        let place = events.lastIndex { $0.time <= sample.time }.map { $0 + 1 } ?? 0
        events.insert((sample.time, sample.event.identity), at: place)
        events.removeAll { $0.time <= newest - count.within }
        if events.count > count.above + 1 { events.removeFirst(events.count - count.above - 1) }
        guard events.count > count.above, let first = events.first else { return .none }
        return .raise(events.suffix(kept).map(\.identity), first: first.time, value: Double(events.count))
    }

    /// Forgets everything, as a cleared fact begins anew.
    mutating func removeAll() { events = [] }
}
