import ExhaustCore
import ExhaustRuntime

/// The analyzer's own configuration keys.
package struct AnalyzerConfiguration: RoleConfiguration {
    /// Rule files, or folders of them.
    package let rules: [String]
    /// Time between two `updated` events of one fact.
    package let updateInterval: Duration?
    /// Facts open at once on one host.
    package let maxOpenFactsPerHost: Int?
    /// Keys that one rule remembers.
    package let maxKeysPerRule: Int?

    private enum CodingKeys: String, CodingKey {
        case rules
        case updateInterval = "update_interval"
        case maxOpenFactsPerHost = "max_open_facts_per_host"
        case maxKeysPerRule = "max_keys_per_rule"
    }

    package func validate() throws {
        for (key, value) in [("max_open_facts_per_host", maxOpenFactsPerHost), ("max_keys_per_rule", maxKeysPerRule)] {
            if let value, value < 1 { throw ExhaustError(.configuration, "\(key): must be at least 1") }
        }
        if let updateInterval, updateInterval < .zero {
            throw ExhaustError(.configuration, "update_interval: must not be negative")
        }
        _ = try RuleSet.load(rules)
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
