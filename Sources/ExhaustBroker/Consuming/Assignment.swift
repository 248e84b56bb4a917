/// Which queues a consumer has and which it shall have: its judgement, without I/O.
///
/// Queues are added on the open channel. To give one up takes a new connection, since RabbitMQ 3.10.8 closes a channel
/// on which a quorum queue's consumer was cancelled and registered again (rabbitmq-server, issue 5927).
struct Assignment: Sendable {
    /// What the consumer shall have.
    private(set) var wanted: [String]
    /// What it consumes over the connection that is open.
    private var consumed: [String] = []
    /// Whether a queue must be given up: nothing more is handed out until the connection is a new one.
    private(set) var mustRelease = false

    init(_ queues: [String]) { wanted = queues }

    /// Queues to be added.
    var missing: [String] {
        !mustRelease && consumed.count == wanted.count ? [] : wanted.filter { !consumed.contains($0) }
    }

    mutating func want(_ queues: [String]) {
        wanted = queues
        mustRelease = !Set(consumed).isSubset(of: queues)
    }

    /// The consumer has `queue` now.
    mutating func consumes(_ queue: String) {
        consumed.append(queue)
        mustRelease = mustRelease || !wanted.contains(queue)
    }

    /// The connection is gone, and all consumers with it.
    mutating func disconnected() {
        consumed = []
        mustRelease = false
    }
}

/// Thrown to end a connection that has served its purpose: the next one opens at once.
struct Reassigned: Error {}
