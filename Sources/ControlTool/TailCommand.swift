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

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print events as JSON lines instead of sentences.")
    var json = false

    @Flag(help: "Begin with everything that the journal still holds.")
    var history = false

    @Option(help: "Stop after this many outcomes.")
    var outcomes: Int?

    package init() {}

    package func run() async throws {
        try await reportingErrors {
            signal(SIGPIPE, SIG_DFL)
            let settings = try connection.settings()
            let logger = Logger(label: "exhaustctl") { StandardErrorHandler(role: $0, level: .warning) }
            let passing = try Consumer(
                configuration: settings.broker, source: .temporary(bindings: Self.passing), logger: logger)
            let journal = try Consumer(
                configuration: settings.broker, source: .stream(Queue.journal, from: history ? .first : .next),
                logger: logger)
            try await show([passing, journal])
            await passing.close()
            await journal.close()
        }
    }

    /// What the journal does not hold. It is missed while the broker is away.
    private static let passing: [Route] = [
        Route(exchange: Exchange.telemetry, routingKey: "telemetry.#"),
        Route(exchange: Exchange.status, routingKey: "status.#"),
    ]

    private func show(_ consumers: [Consumer]) async throws {
        let printer = Printer(json: json, outcomes: outcomes)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for consumer in consumers {
                group.addTask {
                    while let delivery = try await consumer.next() {
                        let isDone = try await printer.show(delivery.events)
                        await consumer.acknowledge(delivery)
                        if isDone { return }
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

/// Prints what several consumers bring.
private actor Printer {
    private let json: Bool
    private let outcomes: Int?
    private var story = Story()
    private var seen = 0

    init(json: Bool, outcomes: Int?) {
        self.json = json
        self.outcomes = outcomes
    }

    /// Prints `events`; says whether enough was seen.
    func show(_ events: [Event]) throws -> Bool {
        for event in events {
            if json {
                try StandardOutput.write(EventJSON.encode(event) + [10])
            } else {
                for line in story.tell(event) { try StandardOutput.write(Array("\(line)\n".utf8)) }
            }
            if event.type == .outcome { seen += 1 }
        }
        return outcomes.map { seen >= $0 } ?? false
    }
}
