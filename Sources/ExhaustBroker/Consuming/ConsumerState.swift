import ExhaustCore

/// A delivery on its way to whoever asked.
struct PendingDelivery: Sendable {
    let delivery: RawDelivery
    let tag: DeliveryTag
    /// Whether it is the first of its queue over this connection.
    let isFirst: Bool
}

/// What `ConsumerCore` guards with its lock.
struct ConsumerState: Sendable {
    var tracker = AckTracker()
    var waiters: [(id: Int, continuation: CheckedContinuation<PendingDelivery?, Never>)] = []
    var nextWaiter = 0
    var isClosing = false
    /// The queues, for a consumer of queues.
    var assignment = Assignment([])
    /// When a queue that is to be given up is given up though deliveries of it are not acknowledged.
    var releaseBy: ContinuousClock.Instant?
    /// For a consumer of a stream.
    var silence = StreamSilence()
    /// Whether the connection is given up for silence.
    var isRetrying = false
    var progress: UInt64 = 0
    /// Deliveries that nobody has asked for yet, from `head` on; the prefetch bounds them.
    private var buffer: [RawDelivery] = []
    private var head = 0
    /// The queues of which this connection has handed out a delivery.
    private var queuesSeen: Set<String> = []

    /// Takes a delivery from the broker.
    mutating func push(_ delivery: RawDelivery) {
        progress += 1
        silence.delivered(at: .now)
        tracker.delivered(delivery.tag, queue: delivery.queue, offset: delivery.offset)
        buffer.append(delivery)
    }

    /// Whether every delivery that was handed out is done with.
    var isSettled: Bool { tracker.outstanding == buffer.count - head }

    /// Hands out the oldest delivery.
    mutating func pop() -> PendingDelivery? {
        guard head < buffer.count, !assignment.mustRelease else { return nil }
        let delivery = buffer[head]
        // So that its bytes are freed with the last user, not when the buffer moves together.
        buffer[head].body = []
        head += 1
        if head * 2 > buffer.count + 16 {
            buffer.removeFirst(head)
            head = 0
        }
        let isFirst = queuesSeen.insert(delivery.queue).inserted
        return PendingDelivery(
            delivery: delivery, tag: DeliveryTag(generation: tracker.generation, number: delivery.tag),
            isFirst: isFirst)
    }

    /// The connection is another one: the broker will deliver again what was not acknowledged.
    mutating func forget() {
        buffer = []
        head = 0
        queuesSeen = []
        assignment.disconnected()
        releaseBy = nil
        tracker.reset()
    }
}
