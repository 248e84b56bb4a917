import ExhaustCore

/// Moments at which a key of a rule wants attention, soonest first: a binary heap.
struct DeadlineQueue: Sendable {
    struct Entry: Sendable {
        let time: Timestamp
        /// The rule's position.
        let rule: Int
        let key: String
        /// Tells apart entries of the same time, so that their order never depends on the heap.
        let number: UInt64
    }

    private var heap: [Entry] = []
    private var next: UInt64 = 0

    /// Adds a moment.
    mutating func add(_ time: Timestamp, rule: Int, key: String) {
        heap.append(Entry(time: time, rule: rule, key: key, number: next))
        next += 1
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the soonest entry if it is due at `now`.
    mutating func popDue(_ now: Timestamp) -> Entry? {
        guard let first = heap.first, first.time <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].number) < (heap[right].time, heap[right].number)
    }
}
