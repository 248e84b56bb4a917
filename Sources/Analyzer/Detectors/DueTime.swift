import ExhaustCore
import Glibc

/// Learns from the gaps between a key's events when the next is due: `factor` times the longest gap that is usual, held
/// between two bounds.
///
/// Usual is what 99 of 100 gaps do not exceed, rounded up by at most a fifth; of twenty or more at least the longest
/// is unusual. Gaps that are too short to make the due time longer than the least do not count, since bursts would
/// drown the pauses between them. A gap beyond the due time counts as if it were just that, so that an outage is not
/// learnt at once. Of old gaps half are forgotten whenever 1024 are known. Memory: 4 bytes for each fifth of a
/// magnitude in which gaps lie, at most about 500 bytes.
struct DueTime: Sendable, Hashable, Codable {
    /// Classes of gaps, in order: quarters of powers of two, in seconds; and how many gaps lie in each.
    private var classes: [Int16] = []
    private var counts: [UInt16] = []
    /// Gaps of any length, as far as it is of interest.
    private var seen = 0

    private static let enough = 8
    private static let most = 1024

    /// Takes the time between two events that follow each other.
    mutating func note(_ gap: Duration, factor: Double, atLeast: Duration, atMost: Duration) {
        let expected = due(factor: factor, atLeast: atLeast, atMost: atMost) ?? atMost
        seen = min(seen + 1, Self.enough)
        let gap = min(gap, expected).inSeconds
        guard gap > 0, gap * factor > atLeast.inSeconds else { return }
        let kind = Int16((4 * log2(gap)).rounded(.up))
        let place = classes.firstIndex { $0 >= kind } ?? classes.count
        if place == classes.count || classes[place] != kind {
            classes.insert(kind, at: place)
            counts.insert(0, at: place)
        }
        counts[place] += 1
        if known >= Self.most { forgetHalf() }
    }

    /// How long after an event the next is due; `nil` until eight gaps were seen.
    func due(factor: Double, atLeast: Duration, atMost: Duration) -> Duration? {
        guard seen >= Self.enough else { return nil }
        let known = self.known
        var rest = known - min(Int((0.99 * Double(known)).rounded(.up)), known >= 20 ? known - 1 : known)
        for (kind, count) in zip(classes, counts).reversed() {
            rest -= Int(count)
            if rest >= 0 { continue }
            let seconds = factor * exp2(Double(kind) / 4)
            return seconds < atMost.inSeconds ? max(.seconds(seconds), atLeast) : atMost
        }
        return atLeast
    }

    /// Gaps that count.
    private var known: Int { counts.reduce(0) { $0 + Int($1) } }

    private mutating func forgetHalf() {
        counts = counts.map { $0 / 2 }
        let kept = counts.indices.filter { counts[$0] > 0 }
        (classes, counts) = (kept.map { classes[$0] }, kept.map { counts[$0] })
    }
}
