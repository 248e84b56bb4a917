import ExhaustBroker
import ExhaustCore

/// What a broker's definitions say about the installation: they are the only list of its hosts.
struct BrokerSurvey {
    let definitions: Value
    let vhost: String
    /// The hosts with a queue for tasks.
    let hosts: [HostID]
    /// The hosts that at least have a login, and which.
    let logins: [HostID: [Login.Role]]
    /// Partitions by central role; they differ only if something is wrong.
    let partitions: [String: Int]

    init(_ definitions: Value, vhost: String) {
        self.definitions = definitions
        self.vhost = vhost
        let items = DefinitionItem.all(in: definitions, vhost: vhost)
        let queues = items[.queue].map { Array($0.keys) } ?? []
        hosts = queues.compactMap { Self.rest(of: $0, after: "exhaust.agent.").flatMap { HostID($0) } }.sorted {
            $0.description < $1.description
        }
        var partitions: [String: Int] = [:]
        for role in ["analyzer", "activator", "orchestrator"] {
            partitions[role] = queues.count { Self.rest(of: $0, after: "exhaust.\(role).") != nil }
        }
        self.partitions = partitions
        var logins: [HostID: [Login.Role]] = [:]
        for name in items[.login, default: [:]].keys {
            if let login = Login(name: name), let host = login.host { logins[host, default: []].append(login.role) }
        }
        self.logins = logins
    }

    /// The declaration that fits this broker. Throws `configuration` if it was never provisioned and `partitions` is
    /// `nil`, or if `partitions` is not what the broker has.
    func topology(partitions wanted: Int? = nil) throws -> Topology {
        let known = partitions.values.max() ?? 0
        var settings = Topology.Settings()
        settings.vhost = vhost
        guard known > 0 || wanted != nil else {
            throw ExhaustError(
                .configuration, "the broker has no queues of Exhaust in vhost \(vhost)",
                advice: "provision it with exhaustctl topology apply")
        }
        // A host's partition is in the keys and permissions of its logins: another number would move hosts.
        if let wanted, known > 0, wanted != known {
            throw ExhaustError(.configuration, "the broker has \(known) partitions, and their number never changes")
        }
        settings.partitions = known > 0 ? known : wanted ?? settings.partitions
        return Topology(hosts: hosts, settings: settings)
    }

    /// How the broker differs from `topology`.
    func differences(from topology: Topology) -> [Difference] {
        Difference.between(have: definitions, want: Definitions.declared(topology), vhost: vhost)
    }

    private static func rest(of name: String, after prefix: String) -> String? {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }
}

extension Definitions {
    /// The definitions of all logins of `topology`, without their secrets.
    static func declared(_ topology: Topology) -> Value {
        var generator = SystemRandomNumberGenerator()
        let logins = Login.all(hosts: topology.hosts).map { (login: $0, credential: Credential.certificate) }
        return render(topology, logins: logins, using: &generator)
    }
}
