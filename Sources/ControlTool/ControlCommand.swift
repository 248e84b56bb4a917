package import ArgumentParser
import ExhaustRuntime

/// `exhaustctl`: what people do with Exhaust.
package struct ControlCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "exhaustctl", abstract: "Sets Exhaust up and shows what it does.",
        discussion: """
            Example:
              exhaustctl topology print --node web-01 --passwords /etc/exhaust/secrets > definitions.json
              exhaustctl tail --config /etc/exhaust/exhaustctl.yaml
            """,
        version: "exhaustctl \(Version.text)",
        subcommands: [
            TopologyCommand.self, KeysCommand.self, TailCommand.self, DeadCommand.self, SpoolCommand.self,
        ])

    package init() {}
}

/// Runs the body of a command and turns its error into words and an exit status.
func reportingErrors(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch {
        throw ExitReport.exitCode(for: error, program: "exhaustctl")
    }
}
