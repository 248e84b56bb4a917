import ExhaustCore

/// The values that were seen of one key.
///
/// Their hashes are kept: up to a cap exactly, at about 20 bytes a value. More go into a sketch with room for eight
/// times the cap, at 12 bytes for each value of the cap. Then a new value is missed with a chance below 1 %, which
/// grows when still more come; none is ever called new that is not. Values may come in any order and twice, but the
/// time of learning begins with the first that comes.
struct SeenSet: Sendable, Hashable, Codable {
    private var exact: Set<UInt64> = []
    private var sketch: SplitBlockFilter?
    /// When the first event happened.
    private var began: Int64?

    /// Takes a value, and tells whether it is new: never seen, and not within `learn` of the first event.
    mutating func take(_ value: String, at time: Timestamp, learn: Duration?, cap: Int) -> Bool {
        let start = began ?? time.ticks
        began = start
        guard insert(StableHash.of(value), cap) else { return false }
        return learn.map { time.ticks - start >= $0.ticks } ?? true
    }

    /// Whether it was missing.
    private mutating func insert(_ hash: UInt64, _ cap: Int) -> Bool {
        if exact.contains(hash) { return false }
        if exact.count < cap { return exact.insert(hash).inserted }
        if sketch == nil { sketch = SplitBlockFilter(values: 8 * cap) }
        return sketch?.insert(hash) ?? true
    }
}
