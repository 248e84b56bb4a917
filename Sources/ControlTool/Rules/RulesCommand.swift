import Analyzer
package import ArgumentParser
import ExhaustCore
import ExhaustRuntime

/// `exhaustctl rules`: what the analyzer's rules are, and whether they do what they should.
package struct RulesCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "List, check, test and explain the analyzer's rules.",
        subcommands: [List.self, Check.self, Test.self, Explain.self])

    package init() {}

    /// The files, which all of them take.
    struct Files: ParsableArguments {
        @Argument(
            help: "Rule files, or folders of them; /etc/exhaust/rules unless any are named.", completion: .file())
        var paths: [String] = []

        @Option(help: "Sigma rules, or a folder of them with all below. May be repeated.", completion: .file())
        var sigma: [String] = []

        var rules: [String] { paths.isEmpty && sigma.isEmpty ? ["/etc/exhaust/rules"] : paths }

        func load() throws(ExhaustError) -> RuleSet { try RuleSet.load(rules, sigma: sigma) }
    }

    /// `exhaustctl rules list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the rules with stream, detector, severity, file and reason.",
            discussion: """
                Example:
                  exhaustctl rules list /etc/exhaust/rules
                  exhaustctl rules list --json | jq -r '.[].fact'
                """)

        @OptionGroup var files: Files

        @Flag(help: "Print a JSON list.")
        var json = false

        @Flag(help: "Print Markdown, a table a file.")
        var markdown = false

        func validate() throws {
            if json && markdown { throw ValidationError("--json and --markdown exclude each other") }
        }

        func run() async throws {
            try await reportingErrors {
                let listing = RuleListing(try files.load())
                try StandardOutput.write(
                    json ? listing.json : Array((markdown ? listing.markdown : listing.table).utf8))
            }
        }
    }

    /// `exhaustctl rules explain`.
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say in sentences what a rule watches, what it needs to see, and when its fact is over.",
            discussion: "Example:\n  exhaustctl rules explain service-down /etc/exhaust/rules")

        @Argument(help: "The fact that the rule raises.")
        var fact: String

        @OptionGroup var files: Files

        func run() async throws {
            try await reportingErrors {
                let set = try files.load()
                let entries = set.entries
                guard let entry = entries.first(where: { $0.rule.fact == fact }) else {
                    let near = Spelling.nearest(to: fact, among: entries.map(\.rule.fact))
                    throw ExhaustError(
                        .noInput, "no rule raises '\(fact)'", at: (files.rules + files.sigma).joined(separator: ", "),
                        advice: near.map { "did you mean '\($0)'?" } ?? "exhaustctl rules list shows all")
                }
                try StandardOutput.write(Array("\(RuleExplanation(entry, in: set))\n".utf8))
            }
        }
    }
}
