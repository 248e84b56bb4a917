package import ExhaustCore

/// What is wrong with rule files, all of it rather than the first.
package struct RuleCheckup: Sendable {
    /// The rules that are sound.
    package private(set) var rules: [RuleSet.Entry] = []
    /// One a broken file, and one if names clash between files; each says file and line.
    package private(set) var problems: [ExhaustError] = []
    /// Sigma rules that do not run here, and why.
    package private(set) var idle: [String] = []

    /// Looks into rule files and Sigma rules, and folders of either. Throws if a path does not exist.
    package init(_ paths: [String], sigma: [String] = []) throws(ExhaustError) {
        for file in try YAMLFiles.expand(paths) {
            do { rules += try RuleSet.load([file]).entries } catch { problems.append(error) }
        }
        for file in try SigmaFiles.list(sigma) {
            do { take(try SigmaRules.load([file])) } catch { problems.append(error) }
        }
        guard problems.isEmpty else { return }
        do { rules = try RuleSet.load(paths, sigma: sigma).entries } catch { problems = [error] }
    }

    private mutating func take(_ sigma: SigmaRules) {
        for entry in sigma.entries {
            if let rule = entry.rule {
                rules.append(RuleSet.Entry(rule: rule, file: entry.file))
            } else {
                idle.append("\(entry.file): \(entry.gaps.joined(separator: "; "))")
            }
        }
    }
}
