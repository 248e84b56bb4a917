package import ExhaustCore
import ExhaustRuntime

/// The orchestrator's own keys.
package struct OrchestratorConfiguration: RoleConfiguration {
    /// Workflow files, or folders of them.
    package let workflows: [String]
    /// The Ed25519 key that signs tasks, as PEM; pipe mode can do without.
    package let signingKeyFile: String?
    /// The epoch of that key, as the agents' key list has it.
    package let keyEpoch: Int
    /// How many runs may be under way at once.
    package let maxRuns: Int

    enum CodingKeys: String, CodingKey {
        case workflows
        case signingKeyFile = "signing_key_file"
        case keyEpoch = "key_epoch"
        case maxRuns = "max_runs"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        workflows = try container.decode([String].self, forKey: .workflows)
        signingKeyFile = try container.decodeIfPresent(String.self, forKey: .signingKeyFile)
        keyEpoch = try container.decodeIfPresent(Int.self, forKey: .keyEpoch) ?? 1
        maxRuns = try container.decodeIfPresent(Int.self, forKey: .maxRuns) ?? 1000
        guard keyEpoch >= 0 else { throw ValueCodingError(path: ["key_epoch"], message: "must not be negative") }
        guard (1...100_000).contains(maxRuns) else {
            throw ValueCodingError(path: ["max_runs"], message: "must be from 1 to 100000")
        }
    }

    package func validate() throws {
        _ = try WorkflowLibrary(paths: workflows)
        _ = try signingKey()
    }

    /// The key that signs tasks, if one is configured.
    package func signingKey() throws -> SigningKey? {
        try signingKeyFile.map { try SigningKey.load(path: $0) }
    }
}
