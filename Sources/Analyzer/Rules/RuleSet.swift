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

    /// The rules alone.
    package var rules: [Rule] { entries.map(\.rule) }

    /// Reads rule files. A path that is a folder stands for the `.yaml` and `.yml` files in it, by name.
    /// Throws an `ExhaustError` that names file, line and key.
    package static func load(_ paths: [String]) throws(ExhaustError) -> RuleSet {
        var set = RuleSet()
        for file in try YAMLFiles.expand(paths) { try set.add(try YAMLReader.read(file)) }
        guard !set.entries.isEmpty else {
            throw ExhaustError(.configuration, "no rule in \(paths.joined(separator: ", "))")
        }
        return set
    }

    /// Takes the rules of one document.
    mutating func add(_ document: YAMLDocument) throws(ExhaustError) {
        let content = try document.decode(Content.self)
        guard content.version == 1 else {
            throw document.error(at: ["version"], "this program reads version 1, not \(content.version)")
        }
        for (index, rule) in content.rules.enumerated() {
            let path = ["rules", "[\(index)]"]
            if let problem = rule.firstProblem() {
                throw document.error(at: path + problem.path, problem.message, advice: problem.advice)
            }
            if let other = entries.first(where: { $0.rule.fact == rule.fact }) {
                throw document.error(at: path + ["fact"], "'\(rule.fact)' is raised by another rule, in \(other.file)")
            }
            entries.append(Entry(rule: rule, file: document.file))
        }
    }

    private struct Content: Decodable {
        let version: Int
        let rules: [Rule]
    }
}
