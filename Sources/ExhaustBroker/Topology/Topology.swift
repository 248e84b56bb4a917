package import ExhaustCore

/// Every exchange, queue and binding of an installation: the one declaration from which definitions are written and
/// against which roles check the broker.
package struct Topology: Sendable {
    /// The numbers that an installation may choose. A host's partition never changes, so `partitions` must not either.
    package struct Settings: Sendable, Hashable {
        package var vhost = "exhaust"
        package var partitions = 16
        /// Bytes of each `exhaust.analyzer.<pp>`, of each other central queue, and of each parking queue.
        package var analyzerBytes: Int64 = 256 << 20
        package var centralBytes: Int64 = 64 << 20
        package var parkingBytes: Int64 = 64 << 20
        /// How much telemetry and how much of the journal the streams keep.
        package var recorderBytes: Int64 = 2 << 30
        package var recorderAge = "24h"
        package var journalBytes: Int64 = 1 << 30

        /// The defaults.
        package init() {}
    }

    package let settings: Settings
    /// The monitored hosts, each of which has a queue for its tasks.
    package let hosts: [HostID]

    /// The topology for `hosts`.
    package init(hosts: [HostID], settings: Settings = Settings()) {
        self.hosts = hosts
        self.settings = settings
    }

    package var exchanges: [Exchange] { Exchange.all }

    /// All queues: central ones by partition, streams, parking queues, then one a host.
    package var queues: [Queue] {
        var queues: [Queue] = []
        for partition in 0..<settings.partitions { queues += central(Routing.partitionText(partition)) }
        queues.append(
            .stream(
                Queue.recorder, bytes: settings.recorderBytes, age: settings.recorderAge,
                // By partition, not `#`: a key of no partition must end in exhaust.unrouted, not look delivered.
                bindings: (0..<settings.partitions).map {
                    Route(exchange: Exchange.telemetry, routingKey: "telemetry.\(Routing.partitionText($0)).#")
                }))
        queues.append(
            .stream(
                Queue.journal, bytes: settings.journalBytes, age: nil,
                bindings: Queue.journalled.map {
                    Route(exchange: $0, routingKey: "#")
                }))
        queues.append(.parking(Queue.dead, exchange: Exchange.dead, bytes: settings.parkingBytes))
        queues.append(.parking(Queue.expired, exchange: Exchange.expired, bytes: settings.parkingBytes))
        queues.append(.parking(Queue.unrouted, exchange: Exchange.unrouted, bytes: settings.parkingBytes))
        return queues + hosts.map { .agentQueue($0) }
    }

    private func central(_ partition: String) -> [Queue] {
        [
            .central(
                "exhaust.analyzer.\(partition)", bytes: settings.analyzerBytes,
                bindings: [
                    Route(exchange: Exchange.telemetry, routingKey: "telemetry.\(partition).#"),
                    Route(exchange: Exchange.status, routingKey: "status.\(partition).#"),
                ]),
            .central(
                "exhaust.activator.\(partition)", bytes: settings.centralBytes,
                bindings: [
                    Route(exchange: Exchange.facts, routingKey: "fact.\(partition).#"),
                    Route(exchange: Exchange.journal, routingKey: "journal.run.\(partition).#"),
                    Route(exchange: Exchange.status, routingKey: "status.\(partition).#"),
                ]),
            .central(
                "exhaust.orchestrator.\(partition)", bytes: settings.centralBytes,
                bindings: [
                    Route(exchange: Exchange.actions, routingKey: "action.\(partition).#"),
                    Route(exchange: Exchange.results, routingKey: "result.\(partition).#"),
                    // Its own heartbeat tells an instance that a partition is now its own.
                    Route(exchange: Exchange.status, routingKey: "status.\(partition).orchestrator.#"),
                ]),
        ]
    }
}
