import Analyzer
import ArgumentParser
import ExhaustCore
import ExhaustRuntime

extension RulesCommand {
    /// `exhaustctl rules check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read rule files, and say with file and line what is wrong; exit 78 then.",
            discussion: """
                A Sigma rule that asks for what no stream has is told of, and is no error.

                Example:
                  exhaustctl rules check /etc/exhaust/rules --sigma /etc/exhaust/sigma
                """)

        @OptionGroup var files: Files

        func run() async throws {
            try await reportingErrors {
                let checkup = try RuleCheckup(files.rules, sigma: files.sigma)
                for problem in checkup.problems { StandardError.write("\(problem)\n") }
                guard checkup.problems.isEmpty else {
                    let broken = checkup.problems.count == 1 ? "a file is" : "\(checkup.problems.count) files are"
                    throw ExhaustError(.configuration, "\(broken) broken; \(checkup.rules.count) rules are sound")
                }
                for rule in checkup.idle { print("does not run: \(rule)") }
                print("\(checkup.rules.count) rules are sound")
            }
        }
    }

    /// `exhaustctl rules test`.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the tests in rule files, and print what fails; exit 1 then.",
            discussion: """
                A test gives recorded events to its rule alone, in event time, and compares what is raised and cleared.

                Example:
                  exhaustctl rules test /etc/exhaust/rules
                """)

        @OptionGroup var files: Files

        func run() async throws {
            try await reportingErrors {
                let entries = try files.load().entries
                var failed = 0
                for entry in entries {
                    for test in entry.rule.tests {
                        guard let failure = Self.failure(test, entry, entries) else { continue }
                        failed += 1
                        print("\(entry.file): \(entry.rule.fact), \(test.given)")
                        for line in failure.split(separator: "\n") { print("  \(line)") }
                    }
                }
                let total = entries.reduce(0) { $0 + $1.rule.tests.count }
                let untested = entries.count { $0.rule.tests.isEmpty }
                if untested > 0 { print("\(untested) rules have no tests") }
                print("\(total - failed) of \(total) tests pass")
                if failed > 0 { throw ExitCode.failure }
            }
        }

        /// What a test that cannot be run says counts as its failure.
        private static func failure(_ test: RuleTest, _ entry: RuleSet.Entry, _ entries: [RuleSet.Entry]) -> String? {
            do { return try RuleTestRunner.run(test, of: entry, among: entries) } catch { return "\(error)" }
        }
    }
}
