import ArgumentParser
import CLIEmitter
import ExhaustRuntime

/// `exhaust-emitter-cli-logging`: every command by every user, as the shell and the kernel saw it.
@main
struct CLIEmitterCommand: RoleCommand {
    typealias RoleType = CLIEmitterRole

    static let configuration = describe(
        "Publish commands: what was typed in shells, and what the kernel ran, one event a command.",
        example: "exhaust-emitter-cli-logging --from /var/log/audit/audit.log --to -",
        subcommands: [InstallHooks.self, RemoveHooks.self])

    @OptionGroup var options: RoleOptions
}
