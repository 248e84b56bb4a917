package import ArgumentParser
import ExhaustRuntime

/// `exhaustctl`: what people do with Exhaust.
package struct ControlCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "exhaustctl", abstract: "Sets Exhaust up and shows what it does.",
        discussion: """
            Example:
              exhaustctl topology apply --certificates --authority /etc/exhaust/authority
              exhaustctl host add web-01 --certificates --authority /etc/exhaust/authority
              exhaustctl doctor
              exhaustctl tail --config /etc/exhaust/exhaustctl.yaml
            """,
        version: "exhaustctl \(Version.text)",
        subcommands: [
            TopologyCommand.self, HostCommand.self, DoctorCommand.self, KeysCommand.self, TailCommand.self,
            DeadCommand.self, SpoolCommand.self, BacktestCommand.self, RulesCommand.self,
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
