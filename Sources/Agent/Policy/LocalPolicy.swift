import ExhaustCore

/// What this host lets anybody do to it: an allow-list that its administrator writes. Nothing is allowed that no rule
/// allows, and a rule that denies wins over all that allow.
package struct LocalPolicy: Sendable {
    private let allow: [PolicyRule]
    private let deny: [PolicyRule]

    /// Allows nothing.
    package static let closed = LocalPolicy(allow: [], deny: [])

    private init(allow: [PolicyRule], deny: [PolicyRule]) {
        self.allow = allow
        self.deny = deny
    }

    /// The rules that allow `call`, in the file's order; at least one. Throws `policy` if there is none, or one denies.
    package func rules(allowing call: ActionCall) throws(Refusal) -> [PolicyRule] {
        if deny.contains(where: { $0.matches(call) }) {
            throw Refusal(.policy, "the host's policy denies \(call.action) with these parameters")
        }
        let rules = allow.filter { $0.matches(call) }
        guard !rules.isEmpty else {
            let isNamed = allow.contains { $0.action == call.action }
            throw Refusal(
                .policy, "the host's policy does not allow \(call.action)\(isNamed ? " with these parameters" : "")")
        }
        return rules
    }
}

extension LocalPolicy {
    /// The longest window of a rate, so that the ledger still holds what it counts.
    package static let longestRateWindow: Duration = .seconds(86_400)

    /// Reads the policy file at `path`, which must belong to root or this user and be closed to writing by others.
    package static func load(path: String, catalogue: ActionCatalogue) throws -> LocalPolicy {
        let bytes = try ProtectedFile.read(path, as: .trusted, limit: 1 << 20)
        return try parse(bytes, file: path, catalogue: catalogue)
    }

    /// Reads a policy from YAML; `file` names it in errors. Every action and parameter must be one of `catalogue`, and
    /// an allowing rule must say something of each parameter: what is forgotten is refused here, not allowed later.
    package static func parse(_ bytes: [UInt8], file: String, catalogue: ActionCatalogue) throws -> LocalPolicy {
        let document = try YAMLReader.parse(bytes, file: file)
        let source = try document.decode(PolicyFile.self)
        guard source.version == 1 else { throw document.error(at: ["version"], "this agent reads version 1") }
        let reader = RuleReader(document: document, catalogue: catalogue)
        return LocalPolicy(
            allow: try (source.allow ?? []).enumerated().map {
                try reader.rule($1, at: ["allow", "[\($0)]"], isAllowing: true)
            },
            deny: try (source.deny ?? []).enumerated().map {
                try reader.rule($1, at: ["deny", "[\($0)]"], isAllowing: false)
            })
    }
}

/// Reads rules, with errors that name file, line and key.
private struct RuleReader {
    let document: YAMLDocument
    let catalogue: ActionCatalogue

    func rule(_ source: PolicyFile.Rule, at path: [String], isAllowing: Bool) throws -> PolicyRule {
        guard let spec = catalogue.spec(source.action) else {
            throw document.error(
                at: path + ["action"], "no action is named '\(source.action)'",
                advice: "actions: \(catalogue.names.joined(separator: ", "))")
        }
        var constraints: [String: ParameterConstraint] = [:]
        for (name, constraint) in source.parameters ?? [:] {
            let place = path + ["parameters", name]
            guard let kind = spec.parameters[name]?.kind else {
                throw document.error(at: place, "\(spec.name) has no such parameter")
            }
            do {
                constraints[name] = try ParameterConstraint(constraint, kind: kind)
            } catch {
                throw document.error(at: place, error.message)
            }
        }
        if isAllowing, let missing = spec.parameters.keys.sorted().first(where: { constraints[$0] == nil }) {
            throw document.error(
                at: path + ["parameters"], "says nothing of the parameter '\(missing)'",
                advice: "give it a constraint, or any: true")
        }
        if !isAllowing, source.rate != nil {
            throw document.error(at: path + ["rate"], "a denying rule has no rate")
        }
        return PolicyRule(
            action: spec.name, constraints: constraints,
            rate: try source.rate.map { try rate($0, at: path + ["rate"]) })
    }

    private func rate(_ source: PolicyFile.Rate, at path: [String]) throws -> PolicyRule.Rate {
        guard source.max > 0 else { throw document.error(at: path + ["max"], "must be at least 1") }
        guard source.within > .zero, source.within <= LocalPolicy.longestRateWindow else {
            throw document.error(at: path + ["within"], "must be more than nothing and at most 1d")
        }
        return PolicyRule.Rate(max: source.max, within: source.within)
    }
}
