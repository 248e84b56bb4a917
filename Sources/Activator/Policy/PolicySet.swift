import ExhaustCore

/// Every policy that is in force, in the order of the files.
struct PolicySet: Sendable {
    let policies: [Policy]

    /// Loads the files and folders at `paths`. Throws `ExhaustError` naming file, line and key.
    static func load(_ paths: [String]) throws(ExhaustError) -> PolicySet {
        var policies: [Policy] = []
        for file in try YAMLFiles.expand(paths) {
            policies += try PolicySet(document: try YAMLReader.read(file), after: policies).policies
        }
        return PolicySet(policies: policies)
    }

    private init(policies: [Policy]) { self.policies = policies }

    /// The same policies, each of which acts.
    var enforced: PolicySet {
        PolicySet(
            policies: policies.map { policy in
                var policy = policy
                policy.mode = .enforce
                return policy
            })
    }

    /// The policies of one file; their names must not be among `earlier` ones'.
    init(document: YAMLDocument, after earlier: [Policy] = []) throws(ExhaustError) {
        let content = try document.decode(PolicyFile.self)
        guard content.version == 1 else {
            throw document.error(at: ["version"], "this program reads version 1, not \(content.version)")
        }
        var policies: [Policy] = []
        for (index, entry) in content.policies.enumerated() {
            let path = ["policies", "[\(index)]"]
            if (earlier + policies).contains(where: { $0.name == entry.name }) {
                throw document.error(at: path + ["name"], "a policy '\(entry.name)' exists already")
            }
            policies.append(try Self.policy(entry, at: path, in: document))
        }
        self.policies = policies
    }

    private static func policy(
        _ entry: PolicyFile.Entry, at path: [String], in document: YAMLDocument
    ) throws(ExhaustError) -> Policy {
        let limits = entry.limits
        let policy = Policy(
            name: entry.name, mode: entry.mode ?? .shadow,
            when: try parse(entry.when, at: path + ["when"], in: document),
            workflow: entry.run.workflow,
            inputs: try template(.map(entry.run.with ?? [:]), at: path + ["run", "with"], in: document),
            cooldown: limits?.cooldown ?? .seconds(600),
            maxAttempts: limits?.attempts?.max ?? 3,
            attemptsWithin: limits?.attempts?.within ?? .seconds(3600),
            chainDepth: limits?.chainDepth ?? 3,
            maxAge: limits?.maxAge ?? .seconds(300),
            clearedWithin: entry.verify.clearedWithin,
            stableFor: entry.verify.stableFor ?? .zero)
        let bounds: [(key: [String], isSound: Bool, rule: String)] = [
            (["limits", "cooldown"], policy.cooldown >= .zero, "must not be negative"),
            (["limits", "attempts", "max"], policy.maxAttempts >= 1, "must be at least 1"),
            (["limits", "attempts", "within"], policy.attemptsWithin > .zero, "must be above 0s"),
            (["limits", "chain_depth"], (1...16).contains(policy.chainDepth), "must be from 1 to 16"),
            (["limits", "max_age"], policy.maxAge > .zero, "must be above 0s"),
            (["verify", "cleared_within"], policy.clearedWithin > .zero, "must be above 0s"),
            (["verify", "stable_for"], policy.stableFor >= .zero, "must not be negative"),
        ]
        for bound in bounds where !bound.isSound { throw document.error(at: path + bound.key, bound.rule) }
        return policy
    }

    private static func parse(
        _ text: String, at path: [String], in document: YAMLDocument
    ) throws(ExhaustError) -> Expression {
        do {
            let expression = try Expression.parse(text)
            try expression.check(names, for: "'when'", among: [.bool])
            return expression
        } catch {
            throw document.error(at: path, error)
        }
    }

    private static func template(
        _ value: Value, at path: [String], in document: YAMLDocument
    ) throws(ExhaustError) -> ValueTemplate {
        do {
            let template = try ValueTemplate.parse(value)
            try template.check(names)
            return template
        } catch {
            throw document.error(at: path, error)
        }
    }

    /// What a policy's expressions see.
    private static let names = ["fact": StreamSchema.data(of: .fact)]
}
