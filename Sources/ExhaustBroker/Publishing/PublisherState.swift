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
