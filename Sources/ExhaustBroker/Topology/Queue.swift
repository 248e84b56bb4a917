package import ExhaustCore

/// A durable queue with what it gets.
package struct Queue: Sendable, Hashable {
    package let name: String
    /// RabbitMQ's optional queue arguments.
    package let arguments: ValueMap
    /// The exchanges and patterns from which it gets messages.
    package let bindings: [Route]

    package static let dead = "exhaust.dead"
    package static let expired = "exhaust.expired"
    package static let unrouted = "exhaust.unrouted"
    package static let recorder = "exhaust.recorder"
    package static let journal = "exhaust.journal"

    /// The exchanges that the journal records.
    static let journalled = [Exchange.journal, Exchange.facts, Exchange.actions, Exchange.results]

    /// The streams that record what goes to any of `exchanges`.
    static func streams(fedBy exchanges: [String]) -> [String] {
        (exchanges.contains(Exchange.telemetry) ? [recorder] : [])
            + (exchanges.contains { journalled.contains($0) } ? [journal] : [])
    }

    /// The queues of a central role, one a partition: `exhaust.analyzer.03`.
    package static func names(of role: String, partitions: Int) -> [String] {
        (0..<partitions).map { name(of: role, partition: $0) }
    }

    /// The queue of a central role for one partition.
    package static func name(of role: String, partition: Int) -> String {
        "exhaust.\(role).\(Routing.partitionText(partition))"
    }

    /// The queue of a host's tasks.
    package static func agent(_ host: HostID) -> String { "exhaust.agent.\(host)" }
}

extension Queue {
    /// A central role's queue: replicated, ordered, with one active consumer so that a standby takes over where the
    /// other stopped. A full one refuses, and the publisher keeps the message. Dead-lettering is confirmed too
    /// (`at-least-once`, which needs `reject-publish`).
    static func central(_ name: String, bytes: Int64, bindings: [Route]) -> Queue {
        Queue(
            name: name,
            arguments: [
                "x-queue-type": "quorum", "x-single-active-consumer": true,
                "x-max-length-bytes": .int(bytes), "x-overflow": "reject-publish",
                "x-dead-letter-exchange": .string(Exchange.dead), "x-dead-letter-strategy": "at-least-once",
                "x-delivery-limit": 20,
            ],
            bindings: bindings)
    }

    /// The queue of a host's tasks, which expire.
    static func agentQueue(_ host: HostID) -> Queue {
        Queue(
            name: agent(host),
            arguments: [
                "x-queue-type": "quorum", "x-max-length": 1000, "x-overflow": "reject-publish",
                "x-dead-letter-exchange": .string(Exchange.expired), "x-dead-letter-strategy": "at-least-once",
                "x-delivery-limit": 20,
            ],
            bindings: [Route(exchange: Exchange.tasks, routingKey: host.description)])
    }

    /// A queue for what went wrong, where the newest matters: the oldest makes room.
    static func parking(_ name: String, exchange: String, bytes: Int64) -> Queue {
        Queue(
            name: name,
            arguments: ["x-queue-type": "quorum", "x-max-length-bytes": .int(bytes), "x-overflow": "drop-head"],
            bindings: [Route(exchange: exchange, routingKey: "#")])
    }

    /// A log that many read and nobody empties.
    static func stream(_ name: String, bytes: Int64, age: String?, bindings: [Route]) -> Queue {
        var arguments: ValueMap = ["x-queue-type": "stream", "x-max-length-bytes": .int(bytes)]
        if let age { arguments["x-max-age"] = .string(age) }
        // Small segments, since only whole ones are given up.
        arguments["x-stream-max-segment-size-bytes"] = .int(min(bytes / 4, 100_000_000))
        return Queue(name: name, arguments: arguments, bindings: bindings)
    }
}
