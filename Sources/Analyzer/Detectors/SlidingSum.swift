import ExhaustCore

/// The sum of amounts within a time that slides, whose end is the newest moment or any later one.
///
/// Exact while at most 128 amounts lie in the window. Of more, those within 1/64 of the window are taken together,
/// under the time of the newest: an amount then leaves the window up to 1/64 of its length late, and never early. The
/// order in which amounts come makes no difference beyond that. At most 2 KiB.
struct SlidingSum: Sendable, Hashable, Codable {
    /// In order.
    private var times: [Int64] = []
    private var amounts: [Double] = []

    private static let capacity = 128
    private static let cells: Int64 = 64

    /// Adds an amount. One that lies before the window, or is not finite, changes nothing.
    mutating func add(_ amount: Double, at time: Timestamp, within: Duration) {
        let (time, length) = (time.ticks, within.ticks)
        guard amount.isFinite, time > (times.last ?? time) - length else { return }
        // Nearly always the newest.
        let place = times.lastIndex { $0 <= time }.map { $0 + 1 } ?? 0
        times.insert(time, at: place)
        amounts.insert(amount, at: place)
        drop(outside(times[times.count - 1] - length))
        if times.count > Self.capacity { join(max(length / Self.cells, 1)) }
    }

    /// The sum over the window that ends at `time`, if nothing happened between the newest amount and then.
    func sum(at time: Timestamp, within: Duration) -> Double { sum(from: outside(time.ticks - within.ticks)) }

    /// The first moment, from the newest amount on, at which the sum satisfies `condition` if nothing more happens;
    /// `nil` if never.
    func moment(within: Duration, when condition: (Double) -> Bool) -> Timestamp? {
        guard let newest = times.last else { return nil }
        // The sums of what is left, for each that may leave first.
        var rest = [Double](repeating: 0, count: amounts.count + 1)
        for index in amounts.indices.reversed() { rest[index] = rest[index + 1] + amounts[index] }
        if condition(rest[0]) { return Timestamp(ticks: newest) }
        for index in times.indices where index + 1 == times.count || times[index + 1] != times[index] {
            if condition(rest[index + 1]) { return Timestamp(ticks: times[index] + within.ticks) }
        }
        return nil
    }

    /// When the oldest amount happened; of those taken together, the newest.
    var first: Timestamp? { times.first.map { Timestamp(ticks: $0) } }

    /// The sum of all that is kept.
    var total: Double { sum(from: 0) }

    /// Forgets the oldest as long as at least `least` remains.
    mutating func trim(to least: Double) {
        var (rest, surplus) = (total, 0)
        while surplus < amounts.count, rest - amounts[surplus] >= least {
            rest -= amounts[surplus]
            surplus += 1
        }
        drop(surplus)
    }

    /// Forgets everything.
    mutating func removeAll() { (times, amounts) = ([], []) }

    /// From the newest back, so that all sums of the same amounts are equal to the last bit.
    private func sum(from first: Int) -> Double { amounts[first...].reversed().reduce(0, +) }

    /// How many lie at or before `limit`.
    private func outside(_ limit: Int64) -> Int { times.firstIndex { $0 > limit } ?? times.count }

    private mutating func drop(_ count: Int) {
        if count == 0 { return }
        times.removeFirst(count)
        amounts.removeFirst(count)
    }

    /// Takes together what lies in the same cell of a fixed grid.
    private mutating func join(_ width: Int64) {
        var last = 0
        for index in times.indices.dropFirst() {
            if cell(times[index], width) == cell(times[last], width) {
                amounts[last] += amounts[index]
            } else {
                last += 1
                amounts[last] = amounts[index]
            }
            times[last] = times[index]
        }
        times.removeLast(times.count - last - 1)
        amounts.removeLast(amounts.count - last - 1)
    }

    private func cell(_ time: Int64, _ width: Int64) -> Int64 {
        // Rounded down before 1970 too.
        time >= 0 ? time / width : (time + 1) / width - 1
    }
}
