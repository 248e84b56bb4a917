/// Where a role's events go: the broker, or JSON lines.
public protocol EventOutlet: Sendable {
    /// Takes `events` as one batch, in order after all earlier ones. Returns as soon as there is room in the window
    /// of unconfirmed batches; that wait is how back-pressure reaches a source.
    func enqueue(_ events: [Event]) async throws -> Receipt

    /// As `enqueue` of events, for telemetry that is encoded already.
    func enqueue(_ batch: EventBatch) async throws -> Receipt

    /// Waits until everything taken so far is confirmed, then releases what the outlet holds.
    func close() async
}

extension EventOutlet {
    /// Reads the events of `batch` and takes those, for outlets that have no use for bytes.
    public func enqueue(_ batch: EventBatch) async throws -> Receipt { try await enqueue(try batch.events()) }

    /// Sends `events` and waits until they are accepted durably.
    public func send(_ events: [Event]) async throws {
        guard !events.isEmpty else { return }
        try await enqueue(events).confirmed()
    }
}

/// The promise of a confirmation.
public struct Receipt: Sendable {
    private let wait: @Sendable () async throws -> Void

    /// A receipt whose confirmation is what `wait` waits for.
    public init(_ wait: @escaping @Sendable () async throws -> Void) { self.wait = wait }

    /// A receipt for what is durable already.
    public static let done = Receipt {}

    /// Returns once the batch is durable where it was sent; throws if that can never be.
    public func confirmed() async throws { try await wait() }
}

/// Where a role's events come from: its queues, or JSON lines.
public protocol EventInlet: Sendable {
    /// The next message with its events; `nil` at the end of the input. Cancellation ends the wait with `nil`.
    func next() async throws -> Delivery?

    /// Says that the effect of `delivery`, and of every earlier one of the same queue, is durable.
    func acknowledge(_ delivery: Delivery) async

    /// Says that the effect of this `delivery` alone is durable.
    func acknowledgeOne(_ delivery: Delivery) async

    /// Stops taking deliveries; what was not acknowledged will come again to whoever asks next.
    func close() async
}

/// One message as an inlet hands it out.
public struct Delivery: Sendable {
    /// The events, in order; one for control messages.
    public let events: [Event]
    /// Whether the message may have been delivered before.
    public let redelivered: Bool
    /// The broker login that published it, checked by the broker; `nil` in pipe mode.
    public let login: String?
    /// The partition from whose queue it came; `nil` for queues that have none.
    public let partition: Int?
    /// The inlet's own mark by which it acknowledges.
    public let tag: DeliveryTag

    /// A delivery as an inlet makes it.
    public init(
        events: [Event], redelivered: Bool = false, login: String? = nil, partition: Int? = nil, tag: DeliveryTag
    ) {
        self.events = events
        self.redelivered = redelivered
        self.login = login
        self.partition = partition
        self.tag = tag
    }
}

/// Names a delivery to the inlet that made it.
public struct DeliveryTag: Sendable, Hashable {
    /// Which connection of the inlet it came over; tags of an older one are void.
    public let generation: UInt64
    /// The number on that connection.
    public let number: UInt64

    /// A tag.
    public init(generation: UInt64, number: UInt64) {
        self.generation = generation
        self.number = number
    }
}
