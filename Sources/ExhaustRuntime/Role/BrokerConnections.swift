import ExhaustBroker
import ExhaustCore
import Logging

/// Makes what a role reads from.
protocol InletMaker: Sendable {
    /// The events of one queue.
    func inlet(queue: String) throws -> any EventInlet
    /// The events of all partitions that this instance has.
    func partitionedInlet() throws -> PartitionedInlet
    /// What the recorder holds from `start` on, up to now; `patience` is how long the first message may take.
    func recorder(from start: Timestamp, patience: Duration) throws -> any EventInlet
}

/// A live role's connections: one for publishing, and one for what it consumes.
struct BrokerConnections: InletMaker {
    let publisher: Publisher
    let share: PartitionShare
    private let source: EventSource
    private let broker: BrokerConfiguration
    private let statusInterval: Duration
    private let counters: Counters
    private let logger: Logger

    /// `closeLimit` is how long the publisher waits for confirms in the end.
    init(
        source: EventSource, broker: BrokerConfiguration, statusInterval: Duration, closeLimit: Duration,
        counters: Counters, logger: Logger
    ) throws {
        self.source = source
        self.broker = broker
        self.statusInterval = statusInterval
        self.counters = counters
        self.logger = logger
        let role = Login.Role(rawValue: source.role)
        // An instance begins with all partitions; at the broker it stands by for those that others have.
        share = PartitionShare(role.map { $0.isPerHost } ?? true ? [] : Array(0..<broker.partitions))
        publisher = try Publisher(
            configuration: broker, role: source.role, exchanges: role?.publishesTo ?? [], closeLimit: closeLimit,
            logger: logger)
    }

    var journal: Journal { Journal(configuration: broker, publisher: publisher, source: source, logger: logger) }

    func inlet(queue: String) throws -> any EventInlet {
        try Consumer(
            configuration: broker, source: .queues([queue]), logger: logger, refused: countRefused)
    }

    @Sendable private func countRefused() { counters.add("messages.refused") }

    func recorder(from start: Timestamp, patience: Duration) throws -> any EventInlet {
        try RecorderInlet(configuration: broker, from: start, patience: patience, logger: logger)
    }

    func partitionedInlet() throws -> PartitionedInlet {
        let queues = share.current.map { Queue.name(of: source.role, partition: $0) }
        let inlet = try Consumer(
            configuration: broker, source: .queues(queues), parking: publisher, logger: logger,
            refused: countRefused)
        let heartbeats = Route(exchange: Exchange.status, routingKey: "status.*.\(source.role).#")
        let statuses = try Consumer(
            configuration: broker, source: .temporary(bindings: [heartbeats]), logger: logger)
        let keeper = ShareKeeper(
            inlet: inlet, statuses: statuses, source: source, partitions: broker.partitions,
            interval: statusInterval, share: share, logger: logger)
        return PartitionedInlet(inlet: inlet, keeper: keeper)
    }
}

/// Pipe mode's input, whatever the queue.
struct PipeInlets: InletMaker {
    let path: String
    /// For input that is `recorder:` and a span.
    let broker: BrokerConfiguration?
    let rejections: Rejections
    let logger: Logger

    /// How long the broker may take to answer.
    private static let patience = Duration.seconds(20)

    func inlet(queue: String) throws -> any EventInlet {
        guard let span = try RecorderInput.span(path) else {
            return try JSONLinesInlet(path: path, rejections: rejections, logger: logger)
        }
        return try recorder(from: .now() - span, patience: Self.patience)
    }

    func partitionedInlet() throws -> PartitionedInlet {
        PartitionedInlet(inlet: try inlet(queue: ""), keeper: nil)
    }

    func recorder(from start: Timestamp, patience: Duration) throws -> any EventInlet {
        guard let broker else {
            throw ExhaustError(
                .configuration, "no broker is configured whose recorder could be read", advice: "set broker.url")
        }
        return try RecorderInlet(configuration: broker, from: start, patience: patience, logger: logger)
    }
}
