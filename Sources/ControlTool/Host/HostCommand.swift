package import ArgumentParser

/// `exhaustctl host`: the monitored hosts at the broker.
package struct HostCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "host", abstract: "The monitored hosts at the broker: logins, permissions, certificates, queue.",
        discussion: "Example:\n  exhaustctl host list",
        subcommands: [Add.self, Remove.self, List.self])

    package init() {}
}
