package import ExhaustCore
package import Logging

/// Takes events from queues, over a connection of its own, with manual acknowledgement.
///
/// A message that cannot be read, or whose login may not speak for the host in it, is refused for good: its queue's
/// dead-letter exchange keeps it, the log says why, and the next one is taken. After a lost connection the broker
/// delivers again what was not acknowledged, and acknowledgements of older deliveries are void.
package final class Consumer: EventInlet {
    private let core: ConsumerCore
    private let connection: BrokerConnection
    private let logger: Logger

    private static let closeLimit: Duration = .seconds(5)

    /// Starts a consumer of `source`, which connects in the background and for ever.
    package init(configuration: BrokerConfiguration, source: ConsumerSource, logger: Logger) throws {
        try configuration.validate()
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
        while let pending = await core.next() {
            let delivery = pending.delivery
            switch Self.read(delivery) {
            case .success(let events):
                return Delivery(
                    events: events, redelivered: delivery.redelivered, login: delivery.login, tag: pending.tag)
            case .failure(let objection):
                logger.error(
                    "message refused, see its dead-letter queue",
                    metadata: [
                        "broker.queue": "\(delivery.queue)", "broker.exchange": "\(delivery.exchange)",
                        "broker.routing_key": "\(delivery.routingKey)", "broker.login": "\(delivery.login ?? "none")",
                        "error": "\(objection)",
                    ])
                core.reject(pending.tag)
                connection.wake()
            }
        }
        return nil
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

    private static func read(_ delivery: RawDelivery) -> Result<[Event], Objection> {
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
