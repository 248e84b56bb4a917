package import ExhaustCore

/// Decides by an event's type and host where it travels.
package enum Routing {
    /// The route of `event` among `partitions` partitions.
    package static func route(for event: Event, partitions: Int) -> Route {
        let host = event.host.description
        let own = partitionText(event.host.partition(of: partitions))
        switch event.type {
        case .fact, .prediction:
            return Route(exchange: Exchange.facts, routingKey: "fact.\(own).\(host).\(severity(of: event))")
        case .action:
            return Route(exchange: Exchange.actions, routingKey: "action.\(own).\(host)")
        case .task:
            return Route(exchange: Exchange.tasks, routingKey: host)
        case .result:
            // The orchestrator that runs the workflow sits in the run's partition, which may be another host's.
            let partition = Self.named(in: event, of: partitions) ?? own
            return Route(exchange: Exchange.results, routingKey: "result.\(partition).\(host)")
        case .decision, .run, .outcome:
            return Route(exchange: Exchange.journal, routingKey: "journal.\(event.type.kind).\(own).\(host)")
        case .barrier:
            return Route(exchange: Exchange.journal, routingKey: "journal.barrier.\(own).\(host)")
        case .status:
            let role = EventSource(event.source)?.role ?? event.data["role"]?.string ?? "unknown"
            // A central role shows itself in every partition that it has.
            let partition = Self.named(in: event, of: partitions) ?? own
            return Route(exchange: Exchange.status, routingKey: "status.\(partition).\(word(role)).\(host)")
        default: return telemetry(event.type, host: event.host, partitions: partitions)
        }
    }

    /// The route of telemetry of a type.
    static func telemetry(_ type: EventType, host: HostID, partitions: Int) -> Route {
        let own = partitionText(host.partition(of: partitions))
        return Route(exchange: Exchange.telemetry, routingKey: "telemetry.\(own).\(host).\(word(type.kind))")
    }

    /// The partition that the event itself names.
    private static func named(in event: Event, of partitions: Int) -> String? {
        let number = event.extensions["partition"]?.int.flatMap { Int(exactly: $0) }
        return number.flatMap { (0..<partitions).contains($0) ? partitionText($0) : nil }
    }

    /// The partition of a central role's queue: 3 for `exhaust.analyzer.03`; `nil` for other queues.
    package static func partition(ofQueue name: String) -> Int? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].utf8.count == 2 else { return nil }
        return Int(parts[2])
    }

    /// A partition as routing keys and queue names write it: two digits, so that names sort.
    package static func partitionText(_ partition: Int) -> String { partition < 10 ? "0\(partition)" : "\(partition)" }

    /// `text` as one word of a routing key: dots are the separators, `net.flow` becomes `net_flow`.
    static func word(_ text: String) -> String { text.replacing(".", with: "_") }

    private static func severity(of event: Event) -> String {
        let named = event.data["severity"]?.string.flatMap(Severity.init(rawValue:))
        return (named ?? Severity.info).rawValue
    }
}
