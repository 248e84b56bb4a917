package import ExhaustCore
package import Logging

/// The journal as a store of state: everything that the central roles told, oldest first.
///
/// A stream has no end to wait for, so a reader publishes a barrier of its own and reads until that comes by: then it
/// has seen all that was confirmed before. A barrier with data is a mark that other readers see too.
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

    /// Shows `visit` every event from `start` on (the oldest that is kept without it), and returns the offset of the
    /// barrier behind them. Waits for as long as the broker is away; throws `CancellationError` when cancelled.
    @discardableResult
    package func read(from start: StreamOffset = .first, _ visit: (Event) -> Void) async throws -> UInt64 {
        let barrier = barrier([:])
        let consumer = try Consumer(
            configuration: configuration, source: .stream(Queue.journal, from: start), logger: logger)
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

    /// Puts a mark with `data` behind everything that was told so far and before everything that will be. Gives its id,
    /// and the promise that it is there.
    package func mark(_ data: ValueMap) async throws -> (id: String, receipt: Receipt) {
        let mark = barrier(data)
        return (mark.id, try await publisher.enqueue([mark]))
    }

    private func barrier(_ data: ValueMap) -> Event {
        Event(
            type: .barrier, source: source.description, id: ULID().description, time: .now(), host: source.host,
            data: data)
    }

    private func read(_ consumer: Consumer, until barrier: String, _ visit: (Event) -> Void) async throws -> UInt64 {
        while let (delivery, offset) = try await consumer.nextFromStream() {
            for event in delivery.events {
                if event.id == barrier { return offset ?? 0 }
                if event.type != .barrier || !event.data.isEmpty { visit(event) }
            }
            await consumer.acknowledge(delivery)
        }
        throw CancellationError()
    }
}
