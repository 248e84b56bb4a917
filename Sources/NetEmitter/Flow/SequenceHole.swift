/// The part of a stream that later packets passed over. Of several holes it keeps the span of all, and how much is
/// missing in it: enough for an estimate.
struct SequenceHole: Sendable {
    private var first: UInt32 = 0
    private var end: UInt32 = 0
    private var missing: UInt32 = 0
    /// When it was noticed last that something is missing.
    private(set) var time: Int64 = 0

    mutating func open(from start: UInt32, to stop: UInt32, time: Int64) {
        if missing == 0 { first = start }
        end = stop
        missing = missing &+ (stop &- start)
        self.time = time
    }

    /// Takes bytes that came later. Gives whether they were missing.
    mutating func fill(_ start: UInt32, _ count: UInt32) -> Bool {
        guard missing > 0, distance(start, after: first) >= 0, distance(start, after: end) < 0 else { return false }
        missing -= min(missing, count)
        return true
    }

    /// Nothing before `number` is waited for any more. Gives how much of it was still missing.
    @inline(__always)
    mutating func close(before number: UInt32) -> UInt32 {
        guard missing > 0, distance(number, after: end) >= 0 else { return 0 }
        defer { missing = 0 }
        return missing
    }
}
