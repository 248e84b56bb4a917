/// Queues of slots in the order of the times at which they were put there last. Each slot is in one of them; putting it
/// at the end of another, or of its own, costs the same however many there are.
struct SlotQueues {
    private struct Link {
        var time: Int64
        var previous: Int32
        var next: Int32
    }

    /// First one link a queue, whose neighbours are the queue's last and first slot; then one a slot.
    private var links: [Link]
    private let queues: Int

    init(queues: Int, slots: Int) {
        self.queues = queues
        links = []
        // Memory is used when it is written to first: few flows need little.
        links.reserveCapacity(queues + slots)
        for queue in 0..<Int32(queues) { links.append(Link(time: 0, previous: queue, next: queue)) }
    }

    /// The slot that waits for longest, and since when.
    @inline(__always)
    func first(in queue: Int) -> (slot: Int, time: Int64)? {
        let node = Int(links[queue].next)
        return node < queues ? nil : (node - queues, links[node].time)
    }

    /// Puts in a slot that is in no queue. Slots come into use one after the other, from 0.
    mutating func insert(_ slot: Int, in queue: Int, time: Int64) {
        let node = slot + queues
        if node == links.count { links.append(Link(time: 0, previous: 0, next: 0)) }
        link(node, queue, time)
    }

    /// Moves a slot to the end of a queue.
    @inline(__always)
    mutating func move(_ slot: Int, to queue: Int, time: Int64) {
        let node = slot + queues
        if links[queue].previous == Int32(node) {
            links[node].time = time
        } else {
            unlink(node)
            link(node, queue, time)
        }
    }

    mutating func remove(_ slot: Int) { unlink(slot + queues) }

    @inline(__always)
    private mutating func unlink(_ node: Int) {
        let (previous, next) = (links[node].previous, links[node].next)
        links[Int(previous)].next = next
        links[Int(next)].previous = previous
    }

    @inline(__always)
    private mutating func link(_ node: Int, _ queue: Int, _ time: Int64) {
        let last = links[queue].previous
        links[node] = Link(time: time, previous: last, next: Int32(queue))
        links[Int(last)].next = Int32(node)
        links[queue].previous = Int32(node)
    }
}
