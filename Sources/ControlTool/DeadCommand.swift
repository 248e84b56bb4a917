package import ArgumentParser
import ExhaustBroker
import ExhaustCore
import ExhaustRuntime
import Logging

/// `exhaustctl dead`: messages that nobody could use.
package struct DeadCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "Show the messages that were parked, with the reason.",
        discussion: """
            Example:
              exhaustctl dead --config /etc/exhaust/exhaustctl.yaml
              exhaustctl dead --queue exhaust.expired --bodies --config /etc/exhaust/exhaustctl.yaml
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "The queue to look into: exhaust.dead, exhaust.expired or exhaust.unrouted.")
    var queue = Queue.dead

    @Option(help: "Show at most this many, the oldest first.")
    var limit = 100

    @Flag(help: "Show the messages too, as they came.")
    var bodies = false

    package init() {}

    package func run() async throws {
        try await reportingErrors {
            let broker = try connection.settings().broker
            let logger = Logger(label: "exhaustctl") { StandardErrorHandler(role: $0, level: .warning) }
            let messages = try await ParkedMessage.list(
                queue, limit: limit, configuration: broker, logger: logger)
            for message in messages { try StandardOutput.write(Array(text(of: message).utf8)) }
            if messages.isEmpty { try StandardOutput.write(Array("\(queue) holds nothing\n".utf8)) }
        }
    }

    private func text(of message: ParkedMessage) -> String {
        var text = "\(message.routingKey)  \(message.body.count) bytes"
        if let mark = message.mark { text += "  from \(mark.login) by \(mark.queue): \(mark.reason)" }
        text = text.escapingControls + "\n"
        if bodies { text += "  " + String(decoding: message.body, as: UTF8.self).escapingControls + "\n" }
        return text
    }
}
