import ExhaustCore

/// The latest events of one key, as many as are needed to tell whether more than a limit lie within a time.
///
/// In any order the events give the same answer. Counts as exactly as `SlidingSum`: up to 128 events exactly, more to
/// 1/64 of the window. At most 2 KiB for the counts, and ten identities.
struct EventWindow: Sendable, Hashable, Codable {
    private var counts = SlidingSum()
    /// The latest events, oldest first.
    private var evidence: [Evidence] = []

    private struct Evidence: Sendable, Hashable, Codable {
        let time: Int64
        let identity: EventIdentity
    }

    private static let mostEvidence = 10

    /// Takes an event, and tells whether more than `above` lie within `within`. One that lies before the window changes
    /// nothing.
    mutating func take(_ time: Timestamp, _ identity: EventIdentity, within: Duration, above: Int) -> Bool {
        counts.add(1, at: time, within: within)
        counts.trim(to: Double(above) + 1)
        let ticks = time.ticks
        let place = evidence.lastIndex { $0.time <= ticks }.map { $0 + 1 } ?? 0
        evidence.insert(Evidence(time: ticks, identity: identity), at: place)
        let outside = evidence.firstIndex { $0.time > evidence[evidence.count - 1].time - within.ticks } ?? 0
        evidence.removeFirst(max(outside, evidence.count - Self.mostEvidence))
        return count > above
    }

    /// How many events lie in the window; no more are kept than were asked for.
    var count: Int { Int(counts.total) }

    /// When the oldest of them happened.
    var first: Timestamp? { counts.first }

    /// The latest of them, oldest first.
    var latest: [EventIdentity] { evidence.map(\.identity) }

    /// Forgets everything, as a cleared fact begins anew.
    mutating func removeAll() {
        counts.removeAll()
        evidence = []
    }
}
