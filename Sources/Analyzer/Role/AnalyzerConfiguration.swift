import ExhaustCore
import ExhaustRuntime

/// The analyzer's own configuration keys.
package struct AnalyzerConfiguration: RoleConfiguration {
    /// Rule files, or folders of them.
    package let rules: [String]
    /// Sigma rules, or folders of them.
    package let sigma: [String]
    /// Time between two `updated` events of one fact.
    package let updateInterval: Duration?
    /// Facts open at once on one host.
    package let maxOpenFactsPerHost: Int?
    /// Keys that one rule remembers.
    package let maxKeysPerRule: Int?
    /// Where it keeps what it knows.
    package let state: StateConfiguration

    private enum CodingKeys: String, CodingKey {
        case rules, sigma, state
        case updateInterval = "update_interval"
        case maxOpenFactsPerHost = "max_open_facts_per_host"
        case maxKeysPerRule = "max_keys_per_rule"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        rules = try values.decode([String].self, forKey: .rules)
        sigma = try values.decodeIfPresent([String].self, forKey: .sigma) ?? []
        updateInterval = try values.decodeIfPresent(Duration.self, forKey: .updateInterval)
        maxOpenFactsPerHost = try values.decodeIfPresent(Int.self, forKey: .maxOpenFactsPerHost)
        maxKeysPerRule = try values.decodeIfPresent(Int.self, forKey: .maxKeysPerRule)
        state = try values.decodeIfPresent(StateConfiguration.self, forKey: .state) ?? StateConfiguration()
        if let updateInterval, updateInterval < .zero { throw Self.error(.updateInterval, "must not be negative") }
        if let maxOpenFactsPerHost, maxOpenFactsPerHost < 1 {
            throw Self.error(.maxOpenFactsPerHost, "must be at least 1")
        }
        if let maxKeysPerRule, maxKeysPerRule < 1 { throw Self.error(.maxKeysPerRule, "must be at least 1") }
    }

    package func validate() throws { _ = try ruleSet() }

    /// The rules of all files that it names.
    func ruleSet() throws(ExhaustError) -> RuleSet { try RuleSet.load(rules, sigma: sigma) }

    private static func error(_ key: CodingKeys, _ message: String) -> ValueCodingError {
        ValueCodingError(path: [key.rawValue], message: message)
    }

    /// The engine's limits with what is configured.
    var limits: Limits {
        var limits = Limits()
        limits.updateInterval = updateInterval ?? limits.updateInterval
        limits.openFactsPerHost = maxOpenFactsPerHost ?? limits.openFactsPerHost
        limits.keysPerRule = maxKeysPerRule ?? limits.keysPerRule
        return limits
    }
}
