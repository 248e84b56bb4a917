import ExhaustCore
import ExhaustRuntime

/// The agent's own configuration keys; docs/agent.md explains them.
package struct AgentConfiguration: RoleConfiguration {
    /// A key whose tasks this host takes.
    package struct Trust: Decodable, Sendable {
        package var publicKeyFile: String
        /// The classes of actions that it may ask for.
        package var classes: Set<String>
        package var epoch: Int

        enum CodingKeys: String, CodingKey {
            case publicKeyFile = "public_key_file"
            case classes, epoch
        }
    }

    package var trust: [Trust]
    package var policyFile: String
    package var ledgerFile: String
    /// How long a command may run before its process group is killed.
    package var commandTimeout: Duration
    /// Tasks that run at once.
    package var parallel: Int

    enum CodingKeys: String, CodingKey {
        case trust, parallel
        case policyFile = "policy_file"
        case ledgerFile = "ledger_file"
        case commandTimeout = "command_timeout"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        trust = try container.decode([Trust].self, forKey: .trust)
        policyFile = try container.decodeIfPresent(String.self, forKey: .policyFile) ?? "/etc/exhaust/agent-policy.yaml"
        ledgerFile =
            try container.decodeIfPresent(String.self, forKey: .ledgerFile) ?? "/var/lib/exhaust/agent/ledger"
        commandTimeout = try container.decodeIfPresent(Duration.self, forKey: .commandTimeout) ?? .seconds(60)
        parallel = try container.decodeIfPresent(Int.self, forKey: .parallel) ?? 4
    }

    /// Loads the keys and the policy, so that `--check` finds what is wrong with them.
    package func validate() throws {
        guard !trust.isEmpty else {
            throw ExhaustError(
                .configuration, "trust: no key is trusted, so no task could ever run",
                advice: "name the orchestrator's public key in public_key_file")
        }
        guard commandTimeout >= .seconds(1), commandTimeout <= .seconds(3600) else {
            throw ExhaustError(.configuration, "command_timeout: must be between 1s and 1h")
        }
        guard (1...64).contains(parallel) else {
            throw ExhaustError(.configuration, "parallel: must be between 1 and 64")
        }
        _ = try keys()
        _ = try policy(catalogue())
    }

    /// What this host can do.
    func catalogue() -> ActionCatalogue {
        .standard(runner: ProcessRunner(timeout: commandTimeout), timeout: commandTimeout)
    }

    /// The trusted keys, from their files.
    func keys() throws -> TrustedKeys {
        try TrustedKeys(
            trust.map { trust in
                guard !trust.classes.isEmpty else {
                    throw ExhaustError(
                        .configuration, "trust: \(trust.publicKeyFile) has no classes, so it could ask for nothing")
                }
                return TrustedKeys.Entry(
                    key: try VerifyingKey.load(path: trust.publicKeyFile), classes: trust.classes, epoch: trust.epoch)
            })
    }

    /// The host's policy, from its file.
    func policy(_ catalogue: ActionCatalogue) throws -> LocalPolicy {
        try LocalPolicy.load(path: policyFile, catalogue: catalogue)
    }
}
