package import ArgumentParser
import ExhaustCore
import Glibc

/// The command of a role: an executable declares its name, help and own flags, and the rest is here.
package protocol RoleCommand: AsyncParsableCommand {
    associatedtype RoleType: Role
    var options: RoleOptions { get }
    /// The role's own flags as configuration keys.
    var overrides: [FlagOverride] { get }
}

extension RoleCommand {
    package var overrides: [FlagOverride] { [] }

    /// A role's command line description; `example` is shown at the end of `--help`. Without a subcommand the role
    /// runs.
    package static func describe(
        _ abstract: String, example: String, subcommands: [any ParsableCommand.Type] = []
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: "exhaust-\(RoleType.name)", abstract: abstract, discussion: "Example:\n  \(example)",
            version: "exhaust-\(RoleType.name) \(Version.text)", subcommands: subcommands)
    }

    package func run() async throws {
        do {
            try await RoleRunner<RoleType>(options: options, overrides: overrides).run()
        } catch {
            throw ExitReport.exitCode(for: error, program: "exhaust-\(RoleType.name)")
        }
    }
}

/// Turns the error that ends a program into words and an exit status.
package enum ExitReport {
    /// Prints `error` on standard error and gives the status of sysexits.h that goes with it.
    package static func exitCode(for error: any Error, program: String) -> ExitCode {
        if let code = error as? ExitCode { return code }
        StandardError.write("\(program): \(error)\n")
        let code = (error as? ExhaustError)?.code ?? .software
        return ExitCode(code.rawValue)
    }
}

/// The standard error stream.
package enum StandardError {
    /// Writes `text` in one go, so that lines of several threads stay whole.
    package static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}
