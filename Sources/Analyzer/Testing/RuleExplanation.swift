import ExhaustCore

/// A rule in plain sentences: what it watches, what it needs to see, when its fact is over.
package struct RuleExplanation: Sendable, CustomStringConvertible {
    private let entry: RuleSet.Entry
    private let others: [RuleSet.Entry]
    private var rule: Rule { entry.rule }

    /// An explanation of one rule among those of `set`.
    package init(_ entry: RuleSet.Entry, in set: RuleSet) {
        self.entry = entry
        others = set.entries
    }

    package var description: String {
        ([heading] + [watched, counted, raised, over, indexed, example].map { Self.indented($0) }).joined(
            separator: "\n")
    }

    private var heading: String {
        let head = "\(rule.fact): \(rule.severity.rawValue), in \(entry.file)\n"
        return head + (rule.reason.map { Self.indented($0) + "\n" } ?? "")
    }

    private var watched: String {
        guard let each = rule.each else { return "It watches \(rule.stream)." }
        return "It watches \(rule.stream), and there each item of\n  \(each)"
    }

    private var counted: String {
        let subject = rule.each == nil ? "event" : "item"
        guard let condition = rule.condition else { return "Every \(subject) counts." }
        return "An \(subject) counts if\n  \(condition)"
    }

    private var raised: String {
        var keys = rule.key.map(\.text)
        if case .new = rule.detector { keys.append("new value") }
        let sentence = "The fact is raised \(rule.detector.sentence)"
        return Self.ended(sentence) + "\nOne is open for each \(Self.list(keys))."
    }

    private var over: String {
        var ways: [String] = []
        if rule.detector.clearsItself, let sentence = rule.detector.ending { ways.append(sentence) }
        if let condition = rule.clear?.condition {
            let stream = rule.clear?.stream ?? rule.stream
            ways.append("as soon as an event of \(stream) shows that\n  \(condition)")
        }
        if let hold = rule.clear?.hold, hold > .zero { ways.append("and that has lasted \(hold.words)") }
        if let ttl = rule.ttl { ways.append("\(ttl.words) after the last event that showed it") }
        return Self.ended("It is cleared " + ways.joined(separator: ",\nor ").replacing(",\nor and", with: "\nand"))
    }

    private var indexed: String {
        guard let requirement = rule.condition?.requirement else {
            return "No literal is required, so every event of the stream is judged."
        }
        let literals = requirement.anyOf.map(\.words)
        return "An event is only judged if\n  " + literals.joined(separator: "\n  or ")
    }

    /// What the rule's own tests make it say.
    private var example: String {
        var lines: [String] = []
        for test in rule.tests {
            do {
                lines += try RuleTestRunner.facts(of: test, entry, among: others).map { fact in
                    let summary = fact.transition == .raised ? fact.summary.map { ": \($0)" } ?? "" : ""
                    return "  \(fact.transition) \(fact.name), subject \(fact.subject)\(summary)"
                }
            } catch {
                lines.append("  \(error)")
            }
        }
        return lines.isEmpty ? "It has no tests to take an example from." : "Its tests give\n" + Self.unique(lines)
    }

    private static func unique(_ lines: [String]) -> String {
        var seen: Set<String> = []
        return lines.filter { seen.insert($0).inserted }.joined(separator: "\n")
    }

    /// `text` with a full stop, unless an expression ends it.
    private static func ended(_ text: String) -> String {
        text.split(separator: "\n").last?.hasPrefix("  ") == true ? text : text + "."
    }

    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
    }
}

extension Literal {
    /// The literal as a sentence says it.
    fileprivate var words: String {
        let place = list.map { "\(field) of an item of \($0)" } ?? field
        let verb =
            switch kind {
            case .equals: "is"
            case .prefix: "begins with"
            case .suffix: "ends with"
            case .contains: "contains"
            }
        if text.isEmpty { return "there is \(place)" }
        return "\(place) \(verb) \"\(text)\"" + (isCaseInsensitive ? " in any case" : "")
    }
}
