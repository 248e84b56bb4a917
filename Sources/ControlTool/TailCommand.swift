package import ArgumentParser
import ExhaustBroker
import ExhaustCore
import ExhaustRuntime
import Glibc
import Logging

/// `exhaustctl tail`: the loop as it happens.
package struct TailCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Show facts, decisions, runs, results and outcomes as they happen.",
        discussion: "Example:\n  exhaustctl tail --config /etc/exhaust/exhaustctl.yaml")

    @Option(help: "Read configuration from this YAML file.", completion: .file())
    var config: String?

    @Option(help: "Set one configuration key, such as --set broker.login=observer. May be repeated.")
    var set: [String] = []

    @Flag(help: "Print events as JSON lines instead of sentences.")
    var json = false

    @Option(help: "Stop after this many outcomes.")
    var outcomes: Int?

    package init() {}

    package func run() async throws {
        try await reportingErrors {
            signal(SIGPIPE, SIG_DFL)
            var source = try ConfigurationSource(file: config)
            try source.merge(environment: Machine.environment)
            for assignment in set { try source.merge(assignment: assignment) }
            let settings = try source.decode(TailConfiguration.self)
            let logger = Logger(label: "exhaustctl") { StandardErrorHandler(role: $0, level: .warning) }
            let consumer = try Consumer(
                configuration: settings.broker, source: .temporary(bindings: Self.bindings), logger: logger)
            try await show(consumer)
            await consumer.close()
        }
    }

    private static let bindings: [Route] = [
        Route(exchange: Exchange.telemetry, routingKey: "telemetry.#"), Route(exchange: Exchange.facts, routingKey: "fact.#"),
        Route(exchange: Exchange.journal, routingKey: "journal.#"), Route(exchange: Exchange.actions, routingKey: "action.#"),
        Route(exchange: Exchange.results, routingKey: "result.#"), Route(exchange: Exchange.status, routingKey: "status.#"),
    ]

    private func show(_ consumer: Consumer) async throws {
        var story = Story()
        var seen = 0
        while let delivery = try await consumer.next() {
            for event in delivery.events {
                if json, event.type != .status {
                    emit(String(decoding: EventJSON.encode(event), as: UTF8.self))
                } else if !json {
                    for line in story.tell(event) { emit(line) }
                }
                if event.type == .outcome { seen += 1 }
            }
            await consumer.acknowledge(delivery)
            if let outcomes, seen >= outcomes { return }
        }
    }

    private func emit(_ line: String) {
        print(line)
        fflush(nil)
    }
}

/// What `exhaustctl` needs to know.
struct TailConfiguration: Decodable {
    let broker: BrokerConfiguration
}
