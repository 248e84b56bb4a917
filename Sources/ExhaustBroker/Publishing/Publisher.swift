package import ExhaustCore
package import Logging

/// Publishes events: every message persistent, mandatory and confirmed, over a connection of its own.
///
/// What is not confirmed stays in memory and is sent again after a lost connection, a refusal (a full queue) or a
/// return (no queue), with the same ids. The order of messages is kept within a route as `PublishWindow` describes.
/// An operation for which the login has no permission closes the channel; the publisher then connects anew with
/// growing pauses and tries again, so that nothing is lost while someone repairs the permissions.
package final class Publisher: EventOutlet {
    private let core: PublisherCore
    private let connection: BrokerConnection
    private let builder: MessageBuilder
    private let closeLimit: Duration
    private let logger: Logger

    /// The largest message: a little under the broker's limit of 1 MiB.
    package static let bodyLimit = 1_000_000

    /// Starts a publisher for `role` (the `app_id` of its messages), which connects in the background and for ever.
    /// `exchanges` are checked passively at each connect. `closeLimit` bounds `close`; `seed` decides the backoffs.
    package init(
        configuration: BrokerConfiguration, role: String, exchanges: [String] = [],
        closeLimit: Duration = .seconds(10), seed: UInt64 = .random(in: 0 ... .max), logger: Logger
    ) throws {
        try configuration.validate()
        let window = PublishWindow(limit: configuration.window, seed: seed)
        core = PublisherCore(window: window, role: role, exchanges: exchanges, logger: logger)
        connection = try BrokerConnection(
            configuration: configuration, name: "\(configuration.login) publisher", driver: core, logger: logger)
        builder = MessageBuilder(partitions: configuration.partitions, bodyLimit: Self.bodyLimit)
        self.closeLimit = closeLimit
        self.logger = logger
        try connection.start()
    }

    deinit { connection.requestStop(within: .zero) }

    /// How many messages are not confirmed yet.
    package var unconfirmed: Int { core.unconfirmed }

    /// Takes `events`, split by route into messages. Waits while the window is full; throws `invalidData` for an
    /// event that does not fit a message, `CancellationError` when cancelled while it waits, and `unavailable` once
    /// the publisher is closed. In each of these cases nothing of the batch was taken.
    package func enqueue(_ events: [Event]) async throws -> Receipt {
        try await enqueue(try builder.messages(for: events))
    }

    /// As `enqueue` of events; the batch is published as it is.
    package func enqueue(_ batch: EventBatch) async throws -> Receipt {
        try await enqueue([try builder.message(for: batch)])
    }

    /// As `enqueue` of events, for messages.
    func enqueue(_ messages: [OutgoingMessage]) async throws -> Receipt {
        guard !messages.isEmpty else { return .done }
        let confirmed = Completion()
        try await core.admit(OutgoingBatch(messages: messages, confirmed: confirmed))
        connection.wake()
        return Receipt { try await confirmed.wait() }
    }

    /// Takes no more, waits for confirms until the limit given at the beginning, and disconnects. What is unconfirmed
    /// then is counted in the log, and its receipts throw.
    package func close() async {
        core.beginClosing()
        await connection.stop(within: closeLimit)
        let (unconfirmed, refused) = core.abandon()
        guard unconfirmed > 0 else { return }
        logger.error(
            "publisher closed with unconfirmed messages",
            metadata: [
                "messages": "\(unconfirmed)", "refused.routes": "\(refused.map(\.description).sorted())",
            ])
    }
}
