package import ExhaustCore

/// The Sigma rules of some folders, as rules of this program.
package struct SigmaRules: Sendable {
    /// What became of one file.
    package struct Entry: Sendable {
        package let file: String
        package let title: String
        /// The rule; `nil` if it cannot run.
        package let rule: Rule?
        /// Why it does not run, or which parts of it never hold.
        package let gaps: [String]
    }

    /// The files in the order of their paths.
    package private(set) var entries: [Entry] = []

    /// Reads what is in `paths`: files, and folders with all below them. Throws an `ExhaustError` that names file, line
    /// and key where one is no Sigma rule; one that asks for what this program has not is an entry without a rule.
    package static func load(_ paths: [String]) throws(ExhaustError) -> SigmaRules {
        var rules = SigmaRules()
        for file in try SigmaFiles.list(paths) { rules.entries.append(try entry(of: try YAMLReader.read(file))) }
        return rules
    }

    /// The rule in one document.
    static func entry(of document: YAMLDocument) throws(ExhaustError) -> Entry {
        do throws(SigmaReader.Failure) {
            return try entry(of: try SigmaReader.read(document), document)
        } catch {
            switch error {
            case .invalid(let error): throw error
            case .unsupported(let found):
                return Entry(file: document.file, title: found.title, rule: nil, gaps: [found.reason])
            }
        }
    }

    private static func entry(of rule: SigmaRule, _ document: YAMLDocument) throws(SigmaReader.Failure) -> Entry {
        let plan: SigmaPlan
        do throws(SigmaRule.Unsupported) {
            plan = try SigmaPlan.make(rule)
        } catch {
            throw .unsupported(.init(title: rule.title, reason: error.reason))
        }
        do throws(ExpressionError) {
            return Entry(file: rule.file, title: rule.title, rule: try Rule(rule, plan), gaps: plan.gaps)
        } catch {
            throw .invalid(ExhaustError(.software, "\(error)", at: document.file))
        }
    }
}

extension Rule {
    /// How long a fact stays without further evidence. Sigma's rules say what happened, and not when it is over.
    private static let sigmaTTL = Duration.seconds(3600)

    /// The rule that raises a fact when `rule` matches.
    init(_ rule: SigmaRule, _ plan: SigmaPlan) throws(ExpressionError) {
        let path = rule.file.split(separator: "/").last.map(String.init) ?? rule.file
        let name = Self.sigmaName(path.split(separator: ".").first.map(String.init) ?? path, id: rule.id ?? rule.title)
        var key = [try Expression.parse("host")]
        for field in plan.feed.key {
            key.append(try Expression.parse("\"\(field)\" in data ? data[\"\(field)\"] : \"\""))
        }
        let subject = plan.feed.key.last.map { "{{ \"\($0)\" in data ? data[\"\($0)\"] : host }}" } ?? "{{ host }}"
        // A title is no template.
        let title = rule.title.replacing("{{", with: "{{ \"{{\" }}")
        let detail = "{{ \"\(plan.feed.detail)\" in data ? string(data[\"\(plan.feed.detail)\"]) : \"\" }}"
        self.init(
            fact: name, stream: plan.feed.stream, condition: SigmaCondition(rule.file, plan.sights), key: key,
            subject: try Template.parse(subject), severity: Self.severity(of: rule.level),
            summary: try Template.parse("\(title): \(detail)"), ttl: Self.sigmaTTL,
            reason: rule.reason, logic: rule.logic)
    }

    private static func severity(of level: SigmaRule.Level) -> Severity {
        switch level {
        case .informational, .low: .info
        case .medium: .warning
        case .high: .error
        case .critical: .critical
        }
    }

    /// The file's name as a fact's. What is too long ends in a part of the rule's id.
    private static func sigmaName(_ file: String, id: String) -> String {
        let words = file.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let name = "sigma-" + words.joined(separator: "-")
        guard name.utf8.count > nameLimit || words.isEmpty else { return name }
        let tail = id.lowercased().utf8.filter { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) }.prefix(8)
        return name.prefix(nameLimit - 9) + "-" + String(decoding: tail, as: UTF8.self)
    }

    private static let nameLimit = 63
}
