import ExhaustCore
import Logging
import Synchronization

/// What a consumer's callers and its connection's thread share.
final class ConsumerCore: ConnectionDriver {
    private let state = Mutex(ConsumerState())
    private let source: ConsumerSource
    private let prefetch: Int
    private let queueName: String
    private let logger: Logger

    private static let temporaryLimit: Int32 = 10_000

    init(source: ConsumerSource, prefetch: Int, logger: Logger) {
        self.source = source
        self.prefetch = prefetch
        // A name of its own, so that the login's right can be limited to such names.
        queueName = "exhaust.observer.\(ULID())"
        self.logger = logger
        if case .queues(let queues) = source { state.withLock { $0.assignment = Assignment(queues) } }
    }
}

// For the callers.
extension ConsumerCore {
    /// The next delivery; `nil` once closed or when the calling task is cancelled.
    func next() async -> PendingDelivery? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result = state.withLock { state -> PendingDelivery?? in
                    if state.isClosing || Task.isCancelled { return .some(nil) }
                    if let pending = state.pop() { return pending }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    /// Changes what is acknowledged; the connection must be woken then.
    func update(_ change: @Sendable (inout AckTracker) -> Void) { state.withLock { change(&$0.tracker) } }

    /// Changes which queues are consumed; those that are given up are settled first, until `limit` has passed.
    func assign(_ queues: [String], within limit: Duration) {
        state.withLock { state in
            state.assignment.want(queues)
            state.releaseBy = state.assignment.mustRelease ? .now + limit : nil
        }
    }

    /// Whether the queues are the ones that were asked for last.
    var isAssigned: Bool { state.withLock { $0.isClosing || !$0.assignment.mustRelease } }

    /// Refuses a delivery for good. Streams know no reject, and nothing else to be done with a bad message.
    func reject(_ tag: DeliveryTag) {
        if case .stream = source { update { $0.acknowledgeOne(tag) } } else { update { $0.reject(tag) } }
    }

    /// Hands out no more deliveries.
    func beginClosing() {
        let waiters = state.withLock { state in
            state.isClosing = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }
}

// For the connection's thread.
extension ConsumerCore {
    func opened(_ link: BrokerLink) throws {
        let resume = state.withLock { state in
            state.forget()
            state.silence.opened(at: .now, isOwn: state.isRetrying)
            state.isRetrying = false
            return state.tracker.resumeOffset
        }
        switch source {
        case .queues:
            try consumeMissing(link)
        case .stream(let queue, let offset):
            try link.limitUnacknowledged(to: UInt16(clamping: prefetch))
            try link.checkQueue(queue)
            try link.consume(queue, from: resume.map { .number($0) } ?? offset)
        case .temporary(let bindings):
            try link.limitUnacknowledged(to: UInt16(clamping: prefetch))
            try link.declareTemporary(queueName, limit: Self.temporaryLimit, bindings: bindings)
            try link.consume(queueName, from: nil)
        }
    }

    private func consumeMissing(_ link: BrokerLink) throws {
        let (missing, count) = state.withLock { ($0.assignment.missing, $0.assignment.wanted.count) }
        guard !missing.isEmpty else { return }
        try link.limitUnacknowledged(to: Self.share(of: prefetch, queues: count))
        for queue in missing { try link.checkQueue(queue) }
        for queue in missing {
            try link.consume(queue, from: nil)
            state.withLock { $0.assignment.consumes(queue) }
        }
    }

    /// The prefetch of each of several queues. Quorum queues know no limit for a channel as a whole, and each
    /// delivery may have 64 KiB: beyond four queues they share what four would have, at least 20 each.
    static func share(of prefetch: Int, queues: Int) -> UInt16 {
        UInt16(clamping: max(min(prefetch, 20), min(prefetch, 4 * prefetch / max(queues, 1))))
    }

    func received(_ incoming: Incoming) throws {
        switch incoming {
        case .delivered(let delivery):
            let woken = state.withLock { state -> (CheckedContinuation<PendingDelivery?, Never>, PendingDelivery)? in
                state.push(delivery)
                guard !state.waiters.isEmpty, let pending = state.pop() else { return nil }
                return (state.waiters.removeFirst().continuation, pending)
            }
            if let (continuation, pending) = woken { continuation.resume(returning: pending) }
        case .cancelled(let queue):
            throw BrokerFailure(.lost, "the broker ended the consumer of queue \(queue)")
        case .blocked(let reason):
            // Nothing is published here; acknowledgements pass.
            logger.debug("broker is short of resources", metadata: ["broker.reason": "\(reason)"])
        case .unblocked, .confirmed, .refused, .returned: break
        }
    }

    func pump(_ link: BrokerLink) throws -> ContinuousClock.Instant? {
        for frame in state.withLock({ $0.tracker.flush() }) {
            switch frame {
            case .acknowledge(let tag, let multiple): try link.acknowledge(tag, multiple: multiple)
            case .reject(let tag): try link.reject(tag)
            }
        }
        switch source {
        case .queues: return try pumpAssignment(link)
        case .stream(_, let offset): return try pumpSilence(offset)
        case .temporary: return nil
        }
    }

    /// Connects anew if a stream has been suspiciously silent: not for want of acknowledgements, and not where a
    /// reader of what comes next would miss something meanwhile.
    private func pumpSilence(_ offset: StreamOffset) throws -> ContinuousClock.Instant? {
        try state.withLock { state in
            guard let deadline = state.silence.deadline, state.tracker.outstanding == 0,
                state.tracker.resumeOffset != nil || offset != .next
            else { return nil }
            guard deadline <= .now else { return deadline }
            state.silence.retry()
            state.isRetrying = true
            throw Reconnect()
        }
    }

    /// Takes queues that are missing, and connects anew to give one up.
    private func pumpAssignment(_ link: BrokerLink) throws -> ContinuousClock.Instant? {
        let limit = state.withLock { state -> ContinuousClock.Instant? in
            guard state.assignment.mustRelease else { return nil }
            return state.isSettled ? .now : state.releaseBy ?? .now
        }
        guard let limit else {
            try consumeMissing(link)
            return nil
        }
        if limit <= .now { throw Reconnect() }
        return limit
    }

    func lost() {
        state.withLock { state in
            state.forget()
        }
    }

    /// The connection pumps before it asks, so that every acknowledgement is out.
    var isDone: Bool { state.withLock { $0.isClosing } }

    var progress: UInt64 { state.withLock { $0.progress } }
}
