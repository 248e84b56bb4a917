/// Where a message goes: an exchange and a routing key; or for a queue that binds, an exchange and a pattern.
package struct Route: Sendable, Hashable, CustomStringConvertible {
    /// The exchange's name.
    package let exchange: String
    /// At most 255 bytes: words with dots between; in a pattern `*` stands for one word and `#` for any number.
    package let routingKey: String

    /// A route.
    package init(exchange: String, routingKey: String) {
        self.exchange = exchange
        self.routingKey = routingKey
    }

    package var description: String { "\(exchange)/\(routingKey)" }
}
