package import ExhaustCore

/// A topology and its logins as RabbitMQ's `definitions.json`, which `rabbitmqctl import_definitions` reads.
package enum Definitions {
    /// How a login proves itself.
    package enum Credential: Sendable, Hashable {
        /// By password; only a salted hash of it gets into the definitions.
        case password(String)
        /// By certificate alone (SASL EXTERNAL): no password will do.
        case certificate
    }

    /// The definitions of `topology` for `logins`; `generator` makes the salts.
    package static func render(
        _ topology: Topology, logins: [(login: Login, credential: Credential)],
        using generator: inout some RandomNumberGenerator
    ) -> Value {
        let vhost = Value.string(topology.settings.vhost)
        let names = logins.map(\.login)
        var users: [Value] = []
        for (login, credential) in logins {
            var hash = ""
            if case .password(let password) = credential { hash = PasswordHash.make(password, using: &generator) }
            users.append([
                "name": .string(login.name), "password_hash": .string(hash),
                "hashing_algorithm": .string(PasswordHash.algorithm), "tags": [],
            ])
        }
        return [
            "users": .list(users),
            "vhosts": [["name": vhost]],
            "permissions": .list(names.map { permission(of: $0, vhost: vhost) }),
            "topic_permissions": .list(
                names.flatMap { topicPermissions(of: $0, topology: topology) }),
            "exchanges": .list(topology.exchanges.map { exchange($0, vhost: vhost) }),
            "queues": .list(topology.queues.map { queue($0, vhost: vhost) }),
            "bindings": .list(topology.queues.flatMap { bindings(of: $0, vhost: vhost) }),
        ]
    }

    /// The same as the bytes of a file.
    package static func json(
        _ topology: Topology, logins: [(login: Login, credential: Credential)],
        using generator: inout some RandomNumberGenerator
    ) -> [UInt8] {
        JSONWriter.bytes(of: render(topology, logins: logins, using: &generator)) + [UInt8(ascii: "\n")]
    }

    private static func permission(of login: Login, vhost: Value) -> Value {
        let permission = login.permission
        return [
            "user": .string(login.name), "vhost": vhost, "configure": .string(permission.configure),
            "write": .string(permission.write), "read": .string(permission.read),
        ]
    }

    private static func topicPermissions(of login: Login, topology: Topology) -> [Value] {
        login.topicPermissions(partitions: topology.settings.partitions).map { row in
            [
                "user": .string(login.name), "vhost": .string(topology.settings.vhost),
                "exchange": .string(row.exchange), "write": .string(row.write), "read": .string(row.read),
            ]
        }
    }

    private static func exchange(_ exchange: Exchange, vhost: Value) -> Value {
        [
            "name": .string(exchange.name), "vhost": vhost, "type": .string(exchange.kind.rawValue),
            "durable": true, "auto_delete": false, "internal": false, "arguments": .map(exchange.arguments),
        ]
    }

    private static func queue(_ queue: Queue, vhost: Value) -> Value {
        [
            "name": .string(queue.name), "vhost": vhost, "durable": true, "auto_delete": false,
            "arguments": .map(queue.arguments),
        ]
    }

    private static func bindings(of queue: Queue, vhost: Value) -> [Value] {
        queue.bindings.map { binding in
            [
                "source": .string(binding.exchange), "vhost": vhost, "destination": .string(queue.name),
                "destination_type": "queue", "routing_key": .string(binding.routingKey), "arguments": [:],
            ]
        }
    }
}
