import CRabbitMQ
import ExhaustCore
import ExhaustTestSupport
import Glibc

@testable import ExhaustBroker

/// Somebody who has a login and tries what it must not do; each attempt has a connection of its own, since the broker
/// closes the channel upon a refusal.
struct Intruder {
    var configuration: BrokerConfiguration

    /// What the broker says of `attempt`: its refusal, or `done`.
    func attempt(_ attempt: (BrokerLink) throws -> Void) throws -> String {
        do {
            let link = try BrokerLink(configuration: configuration, connectionName: "intruder", watchdog: .shared)
            try attempt(link)
            link.closePolitely()
            return "done"
        } catch let failure as BrokerFailure {
            return failure.message
        }
    }

    /// Publishes a message under `route` in the name of `login`, and waits for the broker's answer.
    func publish(_ route: Route, as login: String? = nil) throws -> String {
        var intruder = self
        // With a certificate the broker takes the login from that; this one only gets into the message's user_id.
        if let login { intruder.configuration.login = login }
        return try intruder.attempt { link in
            try link.selectConfirms()
            let message = OutgoingMessage(
                route: route, contentType: "application/json", body: Array("{}".utf8), messageID: "1", type: "test",
                host: "web-01", first: "1", last: "1", count: 1, timestamp: 0, expires: nil, isReplaceable: false)
            try link.publish(message, role: "intruder")
            let deadline = ContinuousClock.now + .seconds(10)
            while ContinuousClock.now < deadline {
                switch try link.receive() {
                case .confirmed: return
                case .refused: throw BrokerFailure(.refusedOperation, "nack")
                case .returned: throw BrokerFailure(.refusedOperation, "returned")
                default: usleep(2000)
                }
            }
            throw BrokerFailure(.lost, "no answer")
        }
    }

    /// Makes the remote call `call` on channel 1.
    func ask(_ call: (amqp_connection_state_t) -> Void) throws -> String {
        try attempt { link in
            link.guarded { call(link.state) }
            try link.checkReply("cannot ask")
        }
    }
}

/// `text` for the length of a call; literals live for ever.
func bytes(_ text: StaticString) -> amqp_bytes_t {
    amqp_bytes_t(len: text.utf8CodeUnitCount, bytes: UnsafeMutableRawPointer(mutating: text.utf8Start))
}
