import ArgumentParser
import ExhaustBroker
import ExhaustCore
import Logging

/// What loggen(1) sent and the emitter of syslog put into a queue: empties the queue and counts.
struct ArrivalsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arrivals", abstract: "Empty the queue of loggen's messages, and say how many there are.")

    @Option(help: "The broker's port on this machine.") var port: UInt16
    @Option(help: "How many there should be; the exit status is 1 if arrived and counted as lost are not so many.")
    var sent: Int

    func run() async throws {
        var broker = BrokerConfiguration(
            address: BrokerAddress(host: "127.0.0.1", port: port, vhost: "/"), login: "bench")
        broker.password = "bench"
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let consumer = try Consumer(configuration: broker, source: .queues([Queue.recorder]), logger: logger)
        var arrivals = Arrivals()
        // Nobody publishes any more: what is there comes without a pause.
        while let delivery = try await Self.next(of: consumer) {
            for event in delivery.events { arrivals.add(event) }
            await consumer.acknowledge(delivery)
        }
        await consumer.close()
        print(
            "\(arrivals.count) arrived, \(arrivals.lost) counted as lost, \(sent - arrivals.count - arrivals.lost)"
                + " missing, \(arrivals.repeated) twice, \(arrivals.disordered) out of order")
        if arrivals.count + arrivals.lost != sent || arrivals.disordered > 0 { throw ExitCode(1) }
    }

    private static func next(of consumer: Consumer) async throws -> Delivery? {
        try await withThrowingTaskGroup(of: Delivery?.self) { group in
            group.addTask { try await consumer.next() }
            group.addTask {
                try await Task.sleep(for: .seconds(5))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}

/// The tally. Each of loggen's connections numbers its messages from 0: `seq: 0000000012, thread: 0001, …`.
private struct Arrivals {
    private(set) var count = 0
    private(set) var lost = 0
    private(set) var repeated = 0
    private(set) var disordered = 0
    private var names: Set<String> = []
    private var next: [Substring: Int] = [:]

    mutating func add(_ event: Event) {
        if event.type == .gap { lost += event.data["count"]?.int.flatMap { Int(exactly: $0) } ?? 0 }
        guard event.type == .syslog, let text = event.data["message"]?.string, text.hasPrefix("seq: ") else { return }
        guard names.insert("\(event.source) \(event.id)").inserted else {
            repeated += 1
            return
        }
        let words = text.split(separator: ",", maxSplits: 2)
        guard words.count == 3, let number = Int(words[0].dropFirst(5)) else { return }
        count += 1
        if number < next[words[1], default: 0] { disordered += 1 }
        next[words[1]] = number + 1
    }
}
