import ExhaustCore

/// How many different values lie within a time that slides.
///
/// Of each value the hash and the latest time are kept, and of values only the latest, as many as are needed to tell
/// whether more than a limit are there. In any order the events give the same answer. Exact for limits below 1024; for
/// greater ones only a share of the values is watched, chosen by their hash, such that 512 to 1024 are kept: the
/// standard error is then below 4.5 %. 16 bytes a value, at most 16 KiB.
struct DistinctWindow: Sendable, Hashable, Codable {
    /// In order of time.
    private var times: [Int64] = []
    private var hashes: [UInt64] = []

    private static let capacity = 1024

    /// Takes a value, and tells how many different ones lie in the window, the greatest answer being the first above
    /// the limit. What lies before the window changes nothing.
    mutating func take(_ value: String, at time: Timestamp, within: Duration, above: Int) -> Int {
        let (hash, ticks) = (StableHash.of(value), time.ticks)
        // The share of the values that is watched is 1 / 2^shift.
        let shift = max(0, Int.bitWidth - (above / Self.capacity).leadingZeroBitCount)
        if hash & (1 << UInt64(shift) - 1) == 0 { note(hash, ticks, room: above >> shift + 1) }
        drop(times.firstIndex { $0 > max(ticks, times[times.count - 1]) - within.ticks } ?? times.count)
        return times.count << shift
    }

    /// Forgets everything, as a cleared fact begins anew.
    mutating func removeAll() { (times, hashes) = ([], []) }

    private mutating func note(_ hash: UInt64, _ time: Int64, room: Int) {
        if let known = hashes.lastIndex(of: hash) {
            guard times[known] < time else { return }
            times.remove(at: known)
            hashes.remove(at: known)
        }
        let place = times.lastIndex { $0 <= time }.map { $0 + 1 } ?? 0
        times.insert(time, at: place)
        hashes.insert(hash, at: place)
        drop(times.count - room)
    }

    private mutating func drop(_ count: Int) {
        if count <= 0 { return }
        times.removeFirst(count)
        hashes.removeFirst(count)
    }
}
