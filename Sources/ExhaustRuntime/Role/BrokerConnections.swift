import ExhaustBroker
import ExhaustCore
import Logging

/// A live role's connections: one for publishing, and one for what it consumes.
struct BrokerConnections: Sendable {
    let publisher: any EventOutlet
    private let configuration: BrokerConfiguration
    private let logger: Logger

    /// `closeLimit` is how long the publisher waits for confirms in the end.
    init(role: String, broker: BrokerConfiguration, closeLimit: Duration, logger: Logger) throws {
        configuration = broker
        self.logger = logger
        let exchanges = Login.Role(rawValue: role)?.publishesTo ?? []
        publisher = try Publisher(
            configuration: broker, role: role, exchanges: exchanges, closeLimit: closeLimit, logger: logger)
    }

    func consumer(of queues: [String]) throws -> any EventInlet {
        try Consumer(configuration: configuration, source: .queues(queues), logger: logger)
    }
}
