import ArgumentParser
import ExhaustCore
import ExhaustRuntime
import Orchestrator

/// `exhaust-orchestrator`: runs the workflows that actions name.
@main
struct OrchestratorCommand: RoleCommand {
    typealias RoleType = OrchestratorRole

    static let configuration = describe(
        "Runs the workflows that actions name: tasks in sequence and in parallel, signed, timed and tried again.",
        example: "exhaust-orchestrator --from actions.jsonl --to - --workflows /etc/exhaust/workflows")

    @OptionGroup var options: RoleOptions

    @Option(help: "A workflow file, or a folder of them. May be repeated.", completion: .file())
    var workflows: [String] = []

    var overrides: [FlagOverride] {
        workflows.isEmpty
            ? [] : [FlagOverride("--workflows", "workflows", .list(workflows.map { .string($0) }))]
    }
}
