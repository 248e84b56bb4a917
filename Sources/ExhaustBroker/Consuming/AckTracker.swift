package import ExhaustCore

/// Which deliveries of a channel are not acknowledged, and with how few frames to acknowledge them.
///
/// `basic.ack` with `multiple` covers the whole channel, whatever queue a delivery came from. A role acknowledges by
/// queue. So only a run of acknowledged deliveries from the channel's oldest on becomes one multiple ack; the others
/// are acknowledged singly.
package struct AckTracker: Sendable {
    /// One frame to the broker.
    package enum Frame: Sendable, Hashable {
        case acknowledge(UInt64, multiple: Bool)
        case reject(UInt64)
    }

    private enum State {
        case outstanding
        case acknowledged
        case rejected
    }

    private struct Entry {
        let tag: UInt64
        let queue: Int
        let offset: UInt64?
        var state: State
        var isSent = false
    }

    /// Which connection the tags belong to.
    package private(set) var generation: UInt64 = 0
    /// Deliveries by rising tag; `entries[0]` is the oldest that the broker still waits for.
    private var entries: [Entry] = []
    private var queues: [String] = []
    private var touched: Set<UInt64> = []
    private var nextOffset: UInt64?

    /// A tracker before its first connection.
    package init() {}

    /// How many deliveries the broker waits for.
    package var outstanding: Int { entries.count { !$0.isSent } }

    /// A new connection: all tags so far are void.
    package mutating func reset() {
        nextOffset = resumeOffset
        generation += 1
        entries = []
        touched = []
    }

    /// Where a stream goes on after a lost connection: at the oldest delivery that is not acknowledged.
    package var resumeOffset: UInt64? {
        entries.first { $0.state == .outstanding && $0.offset != nil }?.offset ?? nextOffset
    }

    /// The broker sent a delivery; tags rise by one. `offset` is that in the stream, for streams.
    package mutating func delivered(_ tag: UInt64, queue: String, offset: UInt64? = nil) {
        let index = queues.firstIndex(of: queue) ?? queues.count
        if index == queues.count { queues.append(queue) }
        if let offset { nextOffset = offset + 1 }
        entries.append(Entry(tag: tag, queue: index, offset: offset, state: .outstanding))
    }

    /// Everything of the delivery's queue up to it is done with. Void for another generation or an unknown tag.
    package mutating func acknowledge(upTo tag: DeliveryTag) {
        guard tag.generation == generation, let last = position(of: tag.number) else { return }
        let queue = entries[last].queue
        for index in entries[...last].indices where entries[index].queue == queue { mark(index, .acknowledged) }
    }

    /// This delivery alone is done with.
    package mutating func acknowledgeOne(_ tag: DeliveryTag) {
        guard tag.generation == generation, let index = position(of: tag.number) else { return }
        mark(index, .acknowledged)
    }

    /// This delivery can never be used.
    package mutating func reject(_ tag: DeliveryTag) {
        guard tag.generation == generation, let index = position(of: tag.number) else { return }
        mark(index, .rejected)
    }

    /// The fewest frames that tell the broker what happened since the last call.
    package mutating func flush() -> [Frame] {
        guard !touched.isEmpty else { return [] }
        var frames: [Frame] = []
        var last: UInt64?
        var run = 0
        // The leading run of what is done with; rejects in it are sent on their own, before the ack that spans them.
        while run < entries.count, entries[run].state != .outstanding {
            let entry = entries[run]
            if !entry.isSent {
                if entry.state == .rejected { frames.append(.reject(entry.tag)) } else { last = entry.tag }
            }
            touched.remove(entry.tag)
            run += 1
        }
        if let last {
            let count = entries[..<run].count { !$0.isSent && $0.state == .acknowledged }
            frames.append(.acknowledge(last, multiple: count > 1))
        }
        entries.removeFirst(run)
        for tag in touched.sorted() {
            guard let index = position(of: tag) else { continue }
            entries[index].isSent = true
            frames.append(entries[index].state == .rejected ? .reject(tag) : .acknowledge(tag, multiple: false))
        }
        touched = []
        return frames
    }

    private mutating func mark(_ index: Int, _ state: State) {
        guard entries[index].state == .outstanding else { return }
        entries[index].state = state
        touched.insert(entries[index].tag)
    }

    /// Tags rise, so that halving finds them.
    private func position(of tag: UInt64) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].tag < tag { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].tag == tag ? low : nil
    }
}
