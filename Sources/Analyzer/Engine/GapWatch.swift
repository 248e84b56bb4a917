import ExhaustCore

/// Finds holes in the numbers that emitters give their events.
///
/// Ids count from 1 without holes within a source, and a route keeps its order; but the routes of one source may
/// overtake each other, and what a broker refused comes later. So a hole counts only once it has stood for a while.
struct GapWatch: Sendable, Codable {
    fileprivate struct Track: Sendable, Codable {
        var next: UInt64
        /// When the event before `next` happened.
        var last: Timestamp
        var holes: [ClosedRange<UInt64>] = []
    }

    private struct Suspicion: Sendable, Codable {
        let due: Timestamp
        let hole: ClosedRange<UInt64>
        /// When the last event before the hole happened.
        let since: Timestamp
        /// The event behind the hole, without its data.
        let behind: Sample
    }

    /// How long a hole may stand before it counts.
    private static let patience = Duration.seconds(30)
    /// More sources than that are forgotten and begun anew; of more holes in one source only the latest are known.
    private static let mostSources = 100_000
    private static let mostHoles = 100

    private var tracks: [String: Track] = [:]
    private var suspicions: [Suspicion] = []

    /// Looks at the number of a telemetry event.
    mutating func note(_ event: Event, now: Timestamp) {
        guard let number = UInt64(event.id), number < .max else { return }
        guard var track = tracks[event.source] else {
            if tracks.count >= Self.mostSources { tracks = [:] }
            // What came before this analyzer looked is not known to be missing.
            tracks[event.source] = Track(next: number + 1, last: event.time)
            return
        }
        if number < track.next {
            track.fill(number)
        } else {
            if number > track.next {
                let hole = track.next...number - 1
                track.holes = track.holes.suffix(Self.mostHoles - 1) + [hole]
                var behind = event
                behind.data = [:]
                suspicions.append(
                    Suspicion(
                        due: now + Self.patience, hole: hole, since: track.last,
                        behind: Sample(event: behind, item: nil)))
            }
            track.next = number + 1
            track.last = event.time
        }
        tracks[event.source] = track
    }

    /// The losses that count from `now` on, as `exhaust.gap` events under the identity of the event behind each.
    mutating func due(_ now: Timestamp) -> [Event] {
        var gaps: [Event] = []
        while let first = suspicions.first, first.due <= now {
            suspicions.removeFirst()
            let missing = tracks[first.behind.event.source]?.missing(of: first.hole) ?? 0
            guard missing > 0 else { continue }
            var gap = first.behind.event
            gap.type = .gap
            gap.data = [
                "kind": "sequence.hole", "count": .int(Int64(clamping: missing)),
                "reason": .string("events \(first.hole.lowerBound) to \(first.hole.upperBound) never came"),
                "since": .string(first.since.description),
            ]
            gaps.append(gap)
        }
        return gaps
    }

    /// Takes over what was known of the hosts for which `isTaken` holds.
    mutating func merge(_ other: GapWatch, where isTaken: (HostID) -> Bool) {
        for (source, track) in other.tracks where EventSource(source).map({ isTaken($0.host) }) ?? false {
            tracks[source] = track
        }
        suspicions += other.suspicions.filter { isTaken($0.behind.event.host) }
        suspicions.sort { $0.due < $1.due }
    }

    /// Forgets the hosts for which `isReleased` holds.
    mutating func release(_ isReleased: (HostID) -> Bool) {
        tracks = tracks.filter { source, _ in EventSource(source).map { !isReleased($0.host) } ?? true }
        suspicions.removeAll { isReleased($0.behind.event.host) }
    }
}

extension GapWatch.Track {
    /// A number that was missing has come.
    fileprivate mutating func fill(_ number: UInt64) {
        guard let index = holes.firstIndex(where: { $0.contains(number) }) else { return }
        let hole = holes.remove(at: index)
        if number < hole.upperBound { holes.insert(number + 1...hole.upperBound, at: index) }
        if number > hole.lowerBound { holes.insert(hole.lowerBound...number - 1, at: index) }
    }

    /// How many numbers of what was one hole are still missing.
    fileprivate func missing(of hole: ClosedRange<UInt64>) -> UInt64 {
        holes.filter { hole.overlaps($0) }.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) + 1 }
    }
}
