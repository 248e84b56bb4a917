/// What the broker sends on its own account.
enum Incoming: Sendable, Hashable {
    /// The broker has message `tag`, or all up to it, durably.
    case confirmed(tag: UInt64, multiple: Bool)
    /// The broker could not take message `tag`, or all up to it.
    case refused(tag: UInt64, multiple: Bool)
    /// No queue is bound for a message; its confirmation follows.
    case returned(messageID: String, route: Route, reason: String)
    case delivered(RawDelivery)
    /// The broker is short of memory or disk and takes no more messages.
    case blocked(reason: String)
    case unblocked
    /// The broker ended the consumer of a queue.
    case cancelled(queue: String)
}

/// A message as it came from a queue, before anyone looked inside.
struct RawDelivery: Sendable, Hashable {
    var tag: UInt64
    var queue: String
    var exchange: String
    var routingKey: String
    var redelivered: Bool
    var contentType: String
    /// The `user_id` property, which the broker has checked against the publisher's login.
    var login: String?
    /// The offset in its stream, for messages from a stream.
    var offset: UInt64?
    /// How often a quorum queue has delivered it before without an acknowledgement.
    var priorDeliveries: UInt64 = 0
    /// Why it was set aside, for messages in `exhaust.dead` that a consumer parked.
    var parked: OutgoingMessage.Parked?
    var body: [UInt8] = []
}
