import ExhaustCore

/// Finds events of one key that come in the order of a sequence's steps, all within a time.
///
/// A partial match that began later can do all that an earlier one of the same length can, and for longer. So for each
/// length only the one that began last is kept, and none is ever lost: there are at most as many as the steps want
/// events, 16 bytes each, beside the identities of the events that began their steps. Wants its events in order.
struct SequenceMatcher: Sendable, Hashable, Codable {
    /// When the partial match of one event, of two, and so on began; `none` if there is no such.
    private var starts: [Int64] = []
    /// The first event of each of its steps.
    private var paths: [[EventIdentity]] = []

    private static let none = Int64.min

    /// Takes an event that satisfies the steps whose bits are set. Gives the match that it completes, the shortest in
    /// time if there are several: the first event of each step and the last of all, oldest first, and when it began.
    ///
    /// `times` says how many events each step wants. Other events may come in between.
    mutating func take(
        steps: UInt32, at time: Timestamp, _ identity: EventIdentity, times: [Int], within: Duration
    ) -> (events: [EventIdentity], first: Timestamp)? {
        let (length, limit) = (times.reduce(0, +), time.ticks - within.ticks)
        if starts.isEmpty {
            guard steps & 1 != 0 else { return nil }
            starts = Array(repeating: Self.none, count: length - 1)
            paths = Array(repeating: [], count: length - 1)
        }
        var match: (events: [EventIdentity], first: Timestamp)?
        var end = length
        // From the end, so that an event takes one place only.
        for step in times.indices.reversed() {
            let begin = end - times[step]
            if steps & 1 << UInt32(step) != 0 {
                for place in (begin..<end).reversed() {
                    let start = place == 0 ? time.ticks : starts[place - 1]
                    guard start > limit else { continue }
                    var path = place == 0 ? [] : paths[place - 1]
                    if place == begin { path.append(identity) }
                    if place == length - 1 {
                        if path.last != identity { path.append(identity) }
                        match = (path, Timestamp(ticks: start))
                    } else {
                        (starts[place], paths[place]) = (start, path)
                    }
                }
            }
            end = begin
        }
        return match
    }

    /// Forgets everything, as a cleared fact begins anew.
    mutating func removeAll() { (starts, paths) = ([], []) }
}
