/// The key `redaction`: what is taken for a secret beside the built-in rules.
package struct RedactionSettings: Sendable, Hashable, Codable {
    /// Off, commands are published as they are.
    package var enabled = true
    /// Names whose values are secret, such as `pin`: of variables, long flags, headers, JSON and YAML keys.
    package var names: [String] = []
    /// Flags whose values are secret, a program: `{mytool: [-k, --unlock]}`.
    package var flags: [String: [String]] = [:]
    /// What tokens begin with, such as `acme_live_`.
    package var prefixes: [String] = []

    /// The built-in rules.
    package init() {}

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        enabled = try container.decodeIfPresent(Bool.self, forKey: .enabled) ?? true
        names = try container.decodeIfPresent([String].self, forKey: .names) ?? []
        flags = try container.decodeIfPresent([String: [String]].self, forKey: .flags) ?? [:]
        prefixes = try container.decodeIfPresent([String].self, forKey: .prefixes) ?? []
    }
}
