import Agent
import ArgumentParser
import ExhaustCore
import ExhaustRuntime

@main
struct AgentCommand: RoleCommand {
    typealias RoleType = AgentRole

    static let configuration = describe(
        "Runs signed tasks on this host, within this host's own policy.",
        example: "exhaust-agent --config /etc/exhaust/agent.yaml --from tasks.jsonl --to -")

    @OptionGroup var options: RoleOptions
}
