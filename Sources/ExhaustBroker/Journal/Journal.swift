package import ExhaustCore
package import Logging

/// The journal as a store of state: everything that the central roles told, oldest first.
///
/// A stream has no end to wait for, so a reader publishes a barrier of its own and reads until that comes by: then it
/// has seen all that was confirmed before.
package struct Journal: Sendable {
    private let configuration: BrokerConfiguration
    private let publisher: Publisher
    private let source: EventSource
    private let logger: Logger

    /// A journal that is read with `configuration`; barriers go through `publisher` in the name of `source`.
    package init(configuration: BrokerConfiguration, publisher: Publisher, source: EventSource, logger: Logger) {
        self.configuration = configuration
        self.publisher = publisher
        self.source = source
        self.logger = logger
    }

    /// Shows `visit` every event from `offset` on (the oldest that is kept without it), and returns the offset of the
    /// barrier behind them. Waits for as long as the broker is away; throws `CancellationError` when cancelled.
    @discardableResult
    package func read(from offset: UInt64? = nil, _ visit: (Event) -> Void) async throws -> UInt64 {
        let barrier = Event(
            type: .barrier, source: source.description, id: ULID().description, time: .now(), host: source.host)
        let consumer = try Consumer(
            configuration: configuration,
            source: .stream(Queue.journal, from: offset.map { .number($0) } ?? .first), logger: logger)
        do {
            _ = try await publisher.enqueue([barrier])
            let end = try await read(consumer, until: barrier.id, visit)
            await consumer.close()
            return end
        } catch {
            await consumer.close()
            throw error
        }
    }

    private func read(_ consumer: Consumer, until barrier: String, _ visit: (Event) -> Void) async throws -> UInt64 {
        while let (delivery, offset) = try await consumer.nextFromStream() {
            for event in delivery.events {
                if event.type == .barrier {
                    if event.id == barrier { return offset ?? 0 }
                } else {
                    visit(event)
                }
            }
            await consumer.acknowledge(delivery)
        }
        throw CancellationError()
    }
}
