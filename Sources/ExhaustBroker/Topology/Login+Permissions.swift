import ExhaustCore

/// What a login may do in a vhost, as RabbitMQ's regular expressions over names.
package struct Permission: Sendable, Hashable {
    package let configure: String
    package let write: String
    package let read: String
}

/// Under which routing keys a login may publish to a topic exchange, and bind or consume from it.
package struct TopicPermission: Sendable, Hashable {
    package let exchange: String
    package let write: String
    package let read: String
}

extension Login {
    private static let nothing = "^$"
    private static let observerQueues = #"exhaust\.observer\.[0-9A-Z]{26}"#

    /// Its row in the vhost's permissions.
    package var permission: Permission {
        let own = role.isPerHost ? [] : [Self.observerQueues]
        return Permission(
            configure: Self.pattern(own),
            // Binding a queue is writing to it.
            write: Self.pattern(role.publishesTo.map(Self.quoted) + own), read: Self.pattern(readable))
    }

    /// Names that it may consume from, or bind its own queues to.
    private var readable: [String] {
        switch role {
        case .emitterSyslog, .emitterCLI, .emitterAcct, .emitterPerf, .emitterNet: []
        case .agent: host.map { [Self.quoted(Queue.agent($0))] } ?? []
        // The journal is the state of the central roles: an instance reads it before it takes a partition over. The
        // analyzer's windows come from the recorder.
        case .analyzer, .activator, .orchestrator:
            [#"exhaust\.\#(role.rawValue)\.[0-9]{2}"#, Self.observerQueues]
                + ([Queue.journal, Exchange.status] + (role == .analyzer ? [Queue.recorder] : [])).map(Self.quoted)
        case .observer:
            [Queue.journal, Queue.recorder, Queue.dead, Queue.expired, Queue.unrouted].map(Self.quoted)
                + [Exchange.telemetry, Exchange.facts, Exchange.actions, Exchange.results, Exchange.status].map(
                    Self.quoted)
                + [Self.observerQueues]
        }
    }

    /// Its rows in the topic permissions: one for every topic exchange.
    package func topicPermissions(partitions: Int) -> [TopicPermission] {
        Exchange.all.filter { $0.kind == .topic }.map { exchange in
            let keys = role.publishesTo.contains(exchange.name) ? keys(to: exchange.name, partitions: partitions) : nil
            return TopicPermission(
                exchange: exchange.name, write: keys.map { "^\($0)$" } ?? Self.nothing, read: bindable(exchange.name))
        }
    }

    /// The routing keys with which it binds queues of its own to a topic exchange.
    private func bindable(_ exchange: String) -> String {
        if role == .observer { return ".*" }
        guard !role.isPerHost, exchange == Exchange.status else { return Self.nothing }
        return #"^status\.\*\.\#(role.rawValue)\.#$"#
    }

    /// The routing keys under which it publishes to a topic exchange.
    private func keys(to exchange: String, partitions: Int) -> String? {
        let anyPartition = "[0-9]{2}"
        let partition = host.map { Routing.partitionText($0.partition(of: partitions)) } ?? anyPartition
        let host = host?.description ?? "[a-z0-9-]{1,63}"
        switch exchange {
        case Exchange.telemetry:
            let kinds = (role.telemetryKinds + ["gap"]).joined(separator: "|")
            return #"telemetry\.\#(partition)\.\#(host)\.(\#(kinds))"#
        case Exchange.status: return #"status\.\#(partition)\.\#(role.rawValue)\.\#(host)"#
        // The partition is that of the run, which may be another host's.
        case Exchange.results: return #"result\.\#(anyPartition)\.\#(host)"#
        case Exchange.facts:
            return #"fact\.\#(partition)\.\#(host)\.(\#(Severity.allCases.map(\.rawValue).joined(separator: "|")))"#
        case Exchange.actions: return #"action\.\#(partition)\.\#(host)"#
        case Exchange.journal:
            let kinds = (role.journalKinds + ["barrier"]).joined(separator: "|")
            return #"journal\.(\#(kinds))\.\#(partition)\.\#(host)"#
        // Parked under the key with which it came.
        case Exchange.dead: return ".*"
        default: return nil
        }
    }

    private static func pattern(_ alternatives: [String]) -> String {
        alternatives.isEmpty ? nothing : "^(\(alternatives.joined(separator: "|")))$"
    }

    private static func quoted(_ name: String) -> String { name.replacing(".", with: #"\."#) }
}
