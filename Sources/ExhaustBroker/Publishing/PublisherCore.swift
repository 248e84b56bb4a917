import ExhaustCore
import Logging
import Synchronization

/// What a publisher's callers and its connection's thread share.
final class PublisherCore: ConnectionDriver {
    private let state: Mutex<PublisherState>
    private let role: String
    private let exchanges: [String]
    private let logger: Logger

    init(window: PublishWindow, role: String, exchanges: [String], logger: Logger) {
        state = Mutex(PublisherState(window: window))
        self.role = role
        self.exchanges = exchanges
        self.logger = logger
    }
}

// For the callers.
extension PublisherCore {
    /// Takes the batch as soon as there is room, in the order of the calls.
    func admit(_ batch: OutgoingBatch) async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    if state.isClosing { return .failure(Self.closed) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard state.waiters.isEmpty, state.window.hasRoom else {
                        state.waiters.append(.init(id: id, batch: batch, continuation: continuation))
                        return nil
                    }
                    state.take(batch)
                    return .success(())
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> PublisherState.Waiter? in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Refuses new batches from now on.
    func beginClosing() {
        let waiters = state.withLock { state in
            state.isClosing = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: Self.closed) }
    }

    /// Gives up on what is unconfirmed; returns how many messages that is, and the routes that were held back.
    func abandon() -> (unconfirmed: Int, refused: [Route]) {
        let (batches, count, refused) = state.withLock { state in
            defer {
                state.batches = [:]
                state.batchOf = [:]
            }
            return (state.batches.values.map(\.confirmed), state.window.count, state.window.refusedRoutes)
        }
        let error = ExhaustError(.unavailable, "the broker did not confirm the messages before the publisher closed")
        for batch in batches { batch.finish(.failure(error)) }
        return (count, refused)
    }

    /// How many messages are unconfirmed.
    var unconfirmed: Int { state.withLock { $0.window.count } }

    private static var closed: ExhaustError { ExhaustError(.unavailable, "the publisher is closed") }
}

// For the connection's thread.
extension PublisherCore {
    func opened(_ link: BrokerLink) throws {
        for exchange in exchanges { try link.checkExchange(exchange) }
        // A broker that boots takes connections before its streams are there again, and confirms what they miss as long
        // as another queue takes it.
        for stream in Queue.streams(fedBy: exchanges) { try link.checkQueue(stream) }
        try link.selectConfirms()
    }

    func pump(_ link: BrokerLink) throws -> ContinuousClock.Instant? {
        while let step = state.withLock({ $0.window.next(now: .now, wallClock: .now()) }) {
            switch step {
            case .publish(_, let message):
                try link.publish(message, role: role)
                // Before the next publish: what librabbitmq has not read makes it hang on a half-open connection.
                try drain(link)
            case .expired(let number): expire(number)
            }
        }
        try state.withLock { try $0.lookForStall(at: .now) }
        return state.withLock { $0.window.resumes }
    }

    func received(_ incoming: Incoming) throws {
        switch incoming {
        case .confirmed(let tag, let multiple): confirmed(tag: tag, multiple: multiple)
        case .refused(let tag, let multiple):
            let routes = state.withLock { $0.window.refuse(tag: tag, multiple: multiple, now: .now) }
            for route in routes {
                logger.debug(
                    "broker refused a message, a queue is full; it will be sent again",
                    metadata: ["broker.route": "\(route)"])
            }
        case .returned(let id, let route, let reason): returned(id, route, reason)
        case .blocked(let reason):
            state.withLock { $0.window.isBlocked = true }
            logger.warning("broker takes no messages for now", metadata: ["broker.reason": "\(reason)"])
        case .unblocked:
            state.withLock { state in
                state.window.isBlocked = false
                state.unblocked = .now
            }
            logger.info("broker takes messages again")
        case .delivered, .cancelled: break
        }
    }

    func lost() { state.withLock { $0.window.disconnected() } }

    var isDone: Bool { state.withLock { $0.window.count == 0 } }

    var progress: UInt64 { state.withLock { $0.progress } }

    private func confirmed(tag: UInt64, multiple: Bool) {
        let (completions, admitted) = state.withLock { state in
            let done = state.window.confirm(tag: tag, multiple: multiple, now: .now)
            state.progress += UInt64(done.count)
            return (done.compactMap { state.settle($0) }, state.admitWaiters())
        }
        for completion in completions { completion.finish() }
        for continuation in admitted { continuation.resume() }
    }

    private func expire(_ number: PublishWindow.Number) {
        let (completion, admitted) = state.withLock { state in (state.settle(number), state.admitWaiters()) }
        completion?.finish(
            .failure(ExhaustError(.unavailable, "the message expired before the broker could take it")))
        for continuation in admitted { continuation.resume() }
    }

    private func returned(_ id: String, _ route: Route, _ reason: String) {
        let isNews = state.withLock { state in
            state.window.returned(messageID: id, route: route)
            // Bounded, since the routes name hosts.
            return state.warned.count < 10_000 && state.warned.insert(route).inserted
        }
        guard isNews else { return }
        logger.warning(
            "no queue takes messages of this route; they will be sent again until one does",
            metadata: [
                "broker.exchange": "\(route.exchange)", "broker.routing_key": "\(route.routingKey)",
                "broker.reason": "\(reason)", "advice": "\(BrokerFailure.provisioning)",
            ])
    }
}
