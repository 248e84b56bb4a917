package import ExhaustCore
package import Logging

/// Recorded telemetry: what the recorder holds from a moment on, up to what it holds when the reading begins.
package final class RecorderInlet: EventInlet {
    private let consumer: Consumer
    private let tail: Consumer
    private let patience: Duration
    private let logger: Logger
    private let end = EndBox()

    /// The offset behind which nothing is read.
    private actor EndBox {
        var offset: UInt64?
        var isFound = false

        func set(_ offset: UInt64?) {
            self.offset = offset
            isFound = true
        }
    }

    /// How long the last chunk's messages may take to come once the first of them did.
    private static let chunk = Duration.milliseconds(500)

    /// A reader from `start` of the broker's clock on. `patience` is how long the first message may take.
    package init(
        configuration: BrokerConfiguration, from start: Timestamp, patience: Duration, logger: Logger
    ) throws {
        consumer = try Consumer(
            configuration: configuration, source: .stream(Queue.recorder, from: .time(start)), logger: logger)
        tail = try Consumer(
            configuration: configuration, source: .stream(Queue.recorder, from: .last), logger: logger)
        self.patience = patience
        self.logger = logger
    }

    /// The next recorded message, its offset as the number of its tag; `nil` behind the last.
    package func next() async throws -> Delivery? {
        if await !end.isFound { await end.set(try await findEnd()) }
        guard let last = await end.offset,
            let (delivery, offset) = try await consumer.nextFromStream(within: patience), let offset, offset <= last
        else { return nil }
        if offset == last { await end.set(nil) }
        await consumer.acknowledge(delivery)
        return Delivery(
            events: delivery.events, login: delivery.login, tag: DeliveryTag(generation: 0, number: offset))
    }

    /// The offset of the newest message, which is the last one of the last chunk; `nil` if there is none.
    private func findEnd() async throws -> UInt64? {
        var last: UInt64?
        var deadline = ContinuousClock.now + patience
        while let (delivery, offset) = try await tail.nextFromStream(within: deadline - .now) {
            await tail.acknowledge(delivery)
            if last == nil { deadline = .now + Self.chunk }
            last = offset ?? last
        }
        await tail.close()
        return last
    }

    package func acknowledge(_ delivery: Delivery) async {}
    package func acknowledgeOne(_ delivery: Delivery) async {}

    package func close() async {
        await consumer.close()
        await tail.close()
    }
}
