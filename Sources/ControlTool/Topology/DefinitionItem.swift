import ExhaustBroker
import ExhaustCore

/// One thing of a broker's definitions, with a name by which those of two brokers are compared.
struct DefinitionItem {
    /// The lists of definitions.json that Exhaust has something in.
    enum Kind: String, CaseIterable {
        case login, exchange, queue, binding, permission
        case topicPermission = "topic permission"

        /// The key of the list.
        var section: String {
            switch self {
            case .login: "users"
            case .exchange: "exchanges"
            case .queue: "queues"
            case .binding: "bindings"
            case .permission: "permissions"
            case .topicPermission: "topic_permissions"
            }
        }

        /// What can differ between two items of one name; the rest is that name, or a secret.
        var fields: [String] {
            switch self {
            case .login: ["tags"]
            case .exchange: ["type", "durable", "auto_delete", "arguments"]
            case .queue: ["durable", "auto_delete", "arguments"]
            case .binding: []
            case .permission: ["configure", "write", "read"]
            case .topicPermission: ["write", "read"]
            }
        }

        /// Whether importing the item again changes the one that is there.
        var isReplaceable: Bool { [.login, .permission, .topicPermission].contains(self) }
    }

    let kind: Kind
    let name: String
    let value: Value

    /// Exhaust's items in `definitions`, by kind and name; of other vhosts only what its logins may do there.
    static func all(in definitions: Value, vhost: String) -> [Kind: [String: DefinitionItem]] {
        var items: [Kind: [String: DefinitionItem]] = [:]
        for kind in Kind.allCases {
            for value in definitions[kind.section]?.list ?? [] {
                guard let name = name(of: value, kind, vhost: vhost) else { continue }
                items[kind, default: [:]][name] = DefinitionItem(kind: kind, name: name, value: value)
            }
        }
        return items
    }

    /// The name of a thing, or `nil` if it is none of Exhaust's.
    private static func name(of value: Value, _ kind: Kind, vhost: String) -> String? {
        func text(_ key: String) -> String { value[key]?.string ?? "" }
        let isHere = text("vhost") == vhost
        switch kind {
        case .login: return isLogin(text("name")) ? text("name") : nil
        case .exchange, .queue: return isHere && isOwn(text("name")) ? text("name") : nil
        case .binding:
            guard isHere, isOwn(text("source")) || isOwn(text("destination")) else { return nil }
            return "\(text("source")) -> \(text("destination")) \(text("routing_key"))"
        case .permission:
            guard isLogin(text("user")) else { return nil }
            return isHere ? text("user") : "\(text("user")) in vhost \(text("vhost"))"
        case .topicPermission:
            guard isHere, isLogin(text("user")) else { return nil }
            return "\(text("user")) at \(text("exchange"))"
        }
    }

    private static func isOwn(_ name: String) -> Bool {
        name.hasPrefix("exhaust.") && !name.hasPrefix("exhaust.observer.")
    }

    private static func isLogin(_ name: String) -> Bool { Login(name: name) != nil }
}
