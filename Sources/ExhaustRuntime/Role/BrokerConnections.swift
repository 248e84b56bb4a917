import ExhaustBroker
import ExhaustCore
import Logging

struct BrokerConnections: Sendable {
    let publisher: any EventOutlet
    init(role: String, broker: BrokerConfiguration, logger: Logger) throws(ExhaustError) {
        throw ExhaustError(.unavailable, "no broker yet")
    }
    func consumer(of queues: [String]) -> any EventInlet { fatalError() }
}
