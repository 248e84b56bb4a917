package import ExhaustCore

/// The rules of all files that the configuration names.
package struct RuleSet: Sendable {
    /// A rule and the file that it stands in.
    package struct Entry: Sendable {
        package let rule: Rule
        package let file: String
    }

    /// The rules in the order in which they were read.
    package private(set) var entries: [Entry] = []

    /// What became of the Sigma rules, also of those that do not run.
    package private(set) var sigma = SigmaRules()

    /// The rules alone.
    package var rules: [Rule] { entries.map(\.rule) }

    /// Reads rule files. A path that is a folder stands for the `.yaml` and `.yml` files in it, by name.
    /// `sigma` names Sigma rules, and folders of such with all below them. Throws an `ExhaustError` that names file,
    /// line and key, and for an expression the column.
    package static func load(_ paths: [String], sigma: [String] = []) throws(ExhaustError) -> RuleSet {
        var set = RuleSet()
        for file in try YAMLFiles.expand(paths) { try set.add(try YAMLReader.read(file)) }
        set.sigma = try SigmaRules.load(sigma)
        for entry in set.sigma.entries {
            guard let rule = entry.rule else { continue }
            if let other = set.entries.first(where: { $0.rule.fact == rule.fact }) {
                throw ExhaustError(
                    .configuration, "'\(rule.fact)' is raised by another rule, in \(other.file)", at: entry.file)
            }
            set.entries.append(Entry(rule: rule, file: entry.file))
        }
        guard !set.entries.isEmpty else {
            throw ExhaustError(.configuration, "no rule in \(paths.joined(separator: ", "))")
        }
        return set
    }

    /// Takes the rules of one document, about streams whose events hold what `data` says.
    mutating func add(
        _ document: YAMLDocument, data: (EventType) -> ExpressionType = StreamSchema.data(of:)
    ) throws(ExhaustError) {
        let content = try document.decode(Content.self)
        guard content.version == 1 else {
            throw document.error(at: ["version"], "this program reads version 1, not \(content.version)")
        }
        for (index, rule) in content.rules.enumerated() {
            let path = ["rules", "[\(index)]"]
            if let problem = rule.firstProblem() {
                throw document.error(at: path + problem.path, problem.message, advice: problem.advice)
            }
            if let (place, failure) = rule.typeProblem(data) { throw document.error(at: path + place, failure) }
            if let other = entries.first(where: { $0.rule.fact == rule.fact }) {
                throw document.error(at: path + ["fact"], "'\(rule.fact)' is raised by another rule, in \(other.file)")
            }
            var known = rule
            known.logic = Rule.logic(of: document.root["rules"]?.list?[index] ?? .null)
            entries.append(Entry(rule: known, file: document.file))
        }
    }

    private struct Content: Decodable {
        let version: Int
        let rules: [Rule]
    }
}
