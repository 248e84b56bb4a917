package import ArgumentParser

/// `exhaustctl topology`: the broker's exchanges, queues, bindings and logins.
package struct TopologyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "topology", abstract: "The broker's exchanges, queues, bindings and logins.",
        discussion: "Example:\n  exhaustctl topology diff",
        subcommands: [Print.self, Apply.self, Diff.self])

    package init() {}
}
