import ArgumentParser
import ExhaustCore
import ExhaustRuntime

/// `exhaust-faults`: breaks a running Exhaust in every way of its table and counts what was lost. `make faults`.
@main
struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exhaust-faults",
        abstract: "Break a running Exhaust in every way of the table, and count what was lost or done twice.",
        subcommands: [RunCommand.self, ProbeCommand.self], defaultSubcommand: RunCommand.self)
}

/// Runs the table. Without `--inside` it starts itself again in namespaces of its own, which leave nothing behind.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the table of faults.")

    @Option(help: "Run only the faults whose names contain this.") var only = ""
    @Flag(help: "List the faults and what each does.") var list = false
    @Option(help: .hidden) var inside: String?

    func run() async throws {
        do {
            let faults = Fault.all.filter { only.isEmpty || $0.name.contains(only) }
            guard !faults.isEmpty else { throw ExhaustError(.usage, "no fault's name contains '\(only)'") }
            if list {
                for fault in faults { try Table.write("\(fault.name): \(fault.summary)") }
            } else if let folder = inside {
                try await Isolation.settle()
                guard try await Table.run(faults, folder: folder) else { throw ExitCode(1) }
            } else {
                throw ExitCode(try await Isolation.run(arguments: ["--only", only]))
            }
        } catch {
            throw ExitReport.exitCode(for: error, program: "exhaust-faults")
        }
    }
}
