import Analyzer
import ArgumentParser
import ExhaustCore
import ExhaustRuntime

@main
struct AnalyzerCommand: RoleCommand {
    typealias RoleType = AnalyzerRole

    static let configuration = describe(
        "Watches telemetry by rules and tells what is, as facts.",
        example: "exhaust-analyzer --from telemetry.jsonl --to - --rules /etc/exhaust/rules")

    @OptionGroup var options: RoleOptions

    @Option(help: "A rule file, or a folder of them. May be repeated.", completion: .file())
    var rules: [String] = []

    var overrides: [FlagOverride] {
        rules.isEmpty ? [] : [FlagOverride("--rules", "rules", .list(rules.map { .string($0) }))]
    }
}
