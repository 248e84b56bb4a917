import ExhaustCore

/// A TCP connection whose beginning is looked at.
struct HandshakeStream {
    /// What is known of the connection.
    enum Phase {
        /// It began, and nothing was said.
        case fresh
        case tls(HelloExchange)
        /// HTTP, with the requests that wait for their answers.
        case http([HTTPExchange])
        /// All that there is to tell was told.
        case done
    }

    /// One direction.
    struct Side {
        var order = SegmentOrder()
        /// The bytes of what is being read now.
        var head: [UInt8] = []
        var headStarted: Timestamp?
        var hasEnded = false

        var heldBytes: Int { order.heldBytes + head.count }
    }

    var endpoints: Endpoints
    var phase = Phase.fresh
    var client = Side()
    var server = Side()

    init(_ endpoints: Endpoints) { self.endpoints = endpoints }

    var heldBytes: Int { client.heldBytes + server.heldBytes }

    subscript(isClient: Bool) -> Side {
        get { isClient ? client : server }
        _modify {
            if isClient { yield &client } else { yield &server }
        }
    }
}
