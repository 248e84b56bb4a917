import ArgumentParser

/// The parts of `make bench` that need Exhaust's own code; never installed.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exhaust-bench", subcommands: [OutboxCommand.self, ArrivalsCommand.self],
        defaultSubcommand: OutboxCommand.self)
}
