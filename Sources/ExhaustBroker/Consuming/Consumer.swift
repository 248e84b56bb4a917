package import ExhaustCore
package import Logging

/// Takes events from queues, over a connection of its own, with manual acknowledgement.
///
/// A message that cannot be read, or whose login may not speak for the host in it, is parked with the reason, or where
/// the consumer has no parking, refused for its queue's dead-letter exchange; the log says why, and the next one is
/// taken. So is a message that heads its queue again and again without ever being acknowledged, since it may be what
/// ends the program. After a lost connection the broker delivers again what was not acknowledged, and
/// acknowledgements of older deliveries are void.
package final class Consumer: EventInlet {
    private let core: ConsumerCore
    private let connection: BrokerConnection
    private let parking: Publisher?
    private let refused: @Sendable () -> Void
    private let logger: Logger

    private static let closeLimit: Duration = .seconds(5)
    /// A message that heads its queue after so many deliveries is parked. Those behind it were delivered as often, but
    /// an acknowledged head proves that it was not they.
    private static let attempts = 5

    /// Starts a consumer of `source`, which connects in the background and for ever. Messages of no use are parked
    /// through `parking`, whose login must be allowed to publish to `exhaust.dead`; `refused` hears of each.
    package init(
        configuration: BrokerConfiguration, source: ConsumerSource, parking: Publisher? = nil, logger: Logger,
        refused: @escaping @Sendable () -> Void = {}
    ) throws {
        try configuration.validate()
        self.parking = parking
        self.refused = refused
        core = ConsumerCore(source: source, prefetch: configuration.prefetch, logger: logger)
        connection = try BrokerConnection(
            configuration: configuration, name: "\(configuration.login) consumer", driver: core, logger: logger)
        self.logger = logger
        try connection.start()
    }

    deinit {
        core.beginClosing()
        connection.requestStop(within: .zero)
    }

    /// The next message with its events; `nil` after `close` or when the task is cancelled. Never throws: a lost
    /// connection only takes time.
    package func next() async throws -> Delivery? {
        try await nextFromStream()?.delivery
    }

    /// As `next`, with the offset in the stream.
    func nextFromStream() async throws -> (delivery: Delivery, offset: UInt64?)? {
        while let pending = await core.next() {
            let raw = pending.delivery
            switch read(pending) {
            case .success(let events):
                let delivery = Delivery(
                    events: events, redelivered: raw.redelivered, login: raw.login,
                    partition: Routing.partition(ofQueue: raw.queue), tag: pending.tag)
                return (delivery, raw.offset)
            case .failure(let objection): await refuse(pending, objection)
            }
        }
        return nil
    }

    /// Consumes `queues` from now on. What was handed out of a queue that is given up should be acknowledged first;
    /// after `limit` it will be delivered again to whoever has the queue then. Returns when the queues are given up.
    package func assign(_ queues: [String], within limit: Duration) async {
        core.assign(queues, within: limit)
        connection.wake()
        while !core.isAssigned {
            // Cancelled or not: whoever gives up a queue must know when it is gone.
            await Task { _ = try? await Task.sleep(for: .milliseconds(5)) }.value
        }
    }

    /// As `nextFromStream`; `nil` too if nothing comes within `limit`.
    func nextFromStream(within limit: Duration) async throws -> (delivery: Delivery, offset: UInt64?)? {
        try await withThrowingTaskGroup(of: (delivery: Delivery, offset: UInt64?)?.self) { group in
            group.addTask { try await self.nextFromStream() }
            group.addTask {
                try? await Task.sleep(for: limit)  // cancellation only shortens it
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            // One that came in the last moment is not lost.
            let second = try await group.next() ?? nil
            return first ?? second
        }
    }

    private func refuse(_ pending: PendingDelivery, _ objection: Objection) async {
        let delivery = pending.delivery
        refused()
        logger.error(
            parking == nil ? "message refused, see its dead-letter queue" : "message parked in exhaust.dead",
            metadata: [
                "broker.queue": "\(delivery.queue)", "broker.exchange": "\(delivery.exchange)",
                "broker.routing_key": "\(delivery.routingKey)", "broker.login": "\(delivery.login ?? "none")",
                "error": "\(objection)",
            ])
        guard let parking else {
            core.reject(pending.tag)
            connection.wake()
            return
        }
        do {
            try await parking.park(delivery, reason: objection.description)
            core.update { $0.acknowledgeOne(pending.tag) }
            connection.wake()
        } catch {
            // Not acknowledged, so the broker gives it to whoever comes next.
            logger.debug("message not parked; it will be delivered again", metadata: ["error": "\(error)"])
        }
    }

    /// Lets the broker forget `delivery` and every earlier one of its queue.
    package func acknowledge(_ delivery: Delivery) async {
        core.update { $0.acknowledge(upTo: delivery.tag) }
        connection.wake()
    }

    /// Lets the broker forget `delivery` alone.
    package func acknowledgeOne(_ delivery: Delivery) async {
        core.update { $0.acknowledgeOne(delivery.tag) }
        connection.wake()
    }

    /// Sends what was acknowledged and disconnects; at most a few seconds.
    package func close() async {
        core.beginClosing()
        await connection.stop(within: Self.closeLimit)
    }

    /// Why a message is of no use.
    private struct Objection: Error, CustomStringConvertible {
        let description: String
    }

    private func read(_ pending: PendingDelivery) -> Result<[Event], Objection> {
        let delivery = pending.delivery
        if parking != nil, pending.isFirst, delivery.priorDeliveries >= Self.attempts {
            let times = delivery.priorDeliveries
            return .failure(Objection(description: "delivered \(times) times and never done with"))
        }
        let events: [Event]
        do {
            switch delivery.contentType {
            case EventJSON.batchContentType: events = try EventJSON.decodeBatch(delivery.body)
            case EventJSON.contentType: events = [try EventJSON.decode(delivery.body)]
            default:
                return .failure(Objection(description: "content type '\(delivery.contentType)' is unknown"))
            }
        } catch {
            return .failure(Objection(description: "\(error)"))
        }
        let objection = SenderCheck.objection(to: events, exchange: delivery.exchange, login: delivery.login)
        return objection.map { .failure(Objection(description: $0)) } ?? .success(events)
    }
}
