import ExhaustCore

/// One batch of events, which may have become several messages.
struct OutgoingBatch: Sendable {
    var messages: [OutgoingMessage]
    /// Finished once all of them are confirmed.
    let confirmed: Completion
}

/// What `PublisherCore` guards with its lock.
struct PublisherState: Sendable {
    /// A caller that waits for room.
    struct Waiter: Sendable {
        let id: Int
        let batch: OutgoingBatch
        let continuation: CheckedContinuation<Void, any Error>
    }

    /// A batch in the window.
    struct Tracked: Sendable {
        let confirmed: Completion
        var unconfirmed: Int
    }

    var window: PublishWindow
    var batches: [Int: Tracked] = [:]
    var batchOf: [PublishWindow.Number: Int] = [:]
    var nextBatch = 0
    var waiters: [Waiter] = []
    var nextWaiter = 0
    var isClosing = false
    var progress: UInt64 = 0
    var warned: Set<Route> = []
    /// When to look for confirmations that do not come, and the end of the last pause that the broker asked for.
    var nextLook: ContinuousClock.Instant = .now
    var unblocked: ContinuousClock.Instant = .now
}

extension PublisherState {
    /// Puts a batch's messages into the window.
    mutating func take(_ batch: OutgoingBatch) {
        let id = nextBatch
        nextBatch += 1
        batches[id] = Tracked(confirmed: batch.confirmed, unconfirmed: batch.messages.count)
        for message in batch.messages {
            let (number, replaced) = window.append(message)
            batchOf[number] = id
            // A heartbeat that a newer one replaced has done its duty.
            if let replaced { settle(replaced)?.finish() }
        }
    }

    /// One message is done with; gives its batch's completion if it was the batch's last.
    mutating func settle(_ number: PublishWindow.Number) -> Completion? {
        guard let id = batchOf.removeValue(forKey: number), var batch = batches[id] else { return nil }
        batch.unconfirmed -= 1
        batches[id] = batch.unconfirmed == 0 ? nil : batch
        return batch.unconfirmed == 0 ? batch.confirmed : nil
    }

    /// Takes waiting batches while there is room.
    mutating func admitWaiters() -> [CheckedContinuation<Void, any Error>] {
        guard !waiters.isEmpty else { return [] }
        var admitted: [CheckedContinuation<Void, any Error>] = []
        while window.hasRoom, admitted.count < waiters.count {
            take(waiters[admitted.count].batch)
            admitted.append(waiters[admitted.count].continuation)
        }
        waiters.removeFirst(admitted.count)
        return admitted
    }
}

extension PublisherState {
    private static let stallLimit: Duration = .seconds(20)

    /// Throws if a confirmation has been owed for too long though the connection is well. RabbitMQ 3.10.8 forgets what
    /// it owes to a channel when a stream's writer is replaced at the wrong moment; a new channel finds the new writer.
    mutating func lookForStall(at now: ContinuousClock.Instant) throws(BrokerFailure) {
        guard now >= nextLook else { return }
        nextLook = now + .seconds(1)
        guard !window.isBlocked, let owed = window.owedSince, now - max(owed, unblocked) > Self.stallLimit else {
            return
        }
        throw BrokerFailure(.lost, "the broker has not confirmed a message for \(Self.stallLimit.components.seconds) s")
    }
}
