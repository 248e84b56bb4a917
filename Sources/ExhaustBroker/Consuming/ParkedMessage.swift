package import Logging

/// A message in one of the queues for what went wrong, as it came, with the mark of whoever parked it.
package struct ParkedMessage: Sendable {
    package let routingKey: String
    /// `nil` for what the broker put there on its own account.
    package let mark: OutgoingMessage.Parked?
    package let body: [UInt8]

    /// The messages of `queue`, oldest first, at most `limit`. They stay where they are.
    package static func list(
        _ queue: String, limit: Int, configuration: BrokerConfiguration, logger: Logger
    ) async throws -> [ParkedMessage] {
        try configuration.validate()
        let core = ConsumerCore(source: .queues([queue]), prefetch: min(limit, 1000), logger: logger)
        let connection = try BrokerConnection(
            configuration: configuration, name: "\(configuration.login) reader", driver: core, logger: logger)
        try connection.start()
        var messages: [ParkedMessage] = []
        while messages.count < limit, let delivery = await next(core) {
            messages.append(
                ParkedMessage(routingKey: delivery.routingKey, mark: delivery.parked, body: delivery.body))
        }
        core.beginClosing()
        await connection.stop(within: .seconds(2))
        return messages
    }

    /// The next message; a queue that says nothing for two seconds has no more.
    private static func next(_ core: ConsumerCore) async -> RawDelivery? {
        await withTaskGroup(of: RawDelivery?.self) { group in
            group.addTask { await core.next()?.delivery }
            group.addTask {
                try? await Task.sleep(for: .seconds(2))  // cancelled when a message comes
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
