import Activator
import ArgumentParser
import ExhaustCore
import ExhaustRuntime

@main
struct ActivatorCommand: RoleCommand {
    typealias RoleType = ActivatorRole

    static let configuration = describe(
        "Takes facts, decides which workflow to run, and sees whether it helped.",
        example: "exhaust-activator --from facts.jsonl --to - --policies /etc/exhaust/policies")

    @OptionGroup var options: RoleOptions

    @Option(help: "A policy file, or a folder of them. May be repeated.", completion: .file())
    var policies: [String] = []

    var overrides: [FlagOverride] {
        policies.isEmpty
            ? [] : [FlagOverride("--policies", "policies", .list(policies.map { .string($0) }))]
    }
}
