import ExhaustCore

/// A delivery on its way to whoever asked.
struct PendingDelivery: Sendable {
    let delivery: RawDelivery
    let tag: DeliveryTag
}

/// What `ConsumerCore` guards with its lock.
struct ConsumerState: Sendable {
    var tracker = AckTracker()
    var waiters: [(id: Int, continuation: CheckedContinuation<PendingDelivery?, Never>)] = []
    var nextWaiter = 0
    var isClosing = false
    var progress: UInt64 = 0
    /// Deliveries that nobody has asked for yet, from `head` on; the prefetch bounds them.
    private var buffer: [RawDelivery] = []
    private var head = 0

    /// Takes a delivery from the broker.
    mutating func push(_ delivery: RawDelivery) {
        progress += 1
        tracker.delivered(delivery.tag, queue: delivery.queue, offset: delivery.offset)
        buffer.append(delivery)
    }

    /// Hands out the oldest delivery.
    mutating func pop() -> PendingDelivery? {
        guard head < buffer.count else { return nil }
        let delivery = buffer[head]
        // So that its bytes are freed with the last user, not when the buffer moves together.
        buffer[head].body = []
        head += 1
        if head * 2 > buffer.count + 16 {
            buffer.removeFirst(head)
            head = 0
        }
        return PendingDelivery(
            delivery: delivery, tag: DeliveryTag(generation: tracker.generation, number: delivery.tag))
    }

    /// The connection is another one: the broker will deliver again what was not acknowledged.
    mutating func forget() {
        buffer = []
        head = 0
        tracker.reset()
    }
}
