import ArgumentParser
import ExhaustBroker
import ExhaustCore
import ExhaustRuntime
import Glibc
import Logging

/// An emitter whose source is a loop.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "Measure what lies between a source's call and the broker's confirm.")

    @Option(help: "The broker's port on this machine; one on which nothing listens measures the spool alone.")
    var port: UInt16
    @Option var login = "bench"
    @Option var password = "bench"
    @Option(help: "How many events.") var events = 1_000_000
    @Option(help: "Bytes of an event as JSON.") var size = 250
    @Option(help: "A folder for the spool; none without it.") var spool: String?
    @Option(help: "always, interval or never.") var fsync = "interval"
    @Option(help: "How many sources call at the same time.") var sources = 1

    func run() async throws {
        var broker = BrokerConfiguration(
            address: BrokerAddress(host: "127.0.0.1", port: port, vhost: "/"), login: login)
        broker.password = password
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        guard let host = HostID("web-01") else { throw ExitCode(70) }
        let publisher = try Publisher(
            configuration: broker, role: "emitter-syslog", closeLimit: .zero,
            logger: logger)
        var settings = SpoolConfiguration()
        guard let policy = SpoolConfiguration.Sync(rawValue: fsync) else { throw ValidationError("fsync?") }
        settings.sync = policy
        settings.maxBytes = 4 << 30
        let source = EventSource(host: host, role: "emitter-syslog")
        let outbox = try Outbox(
            source: source, host: host, type: .syslog, outlet: publisher, spool: settings, folder: spool,
            logger: logger)
        let records = Self.records(of: size, source: source, host: host)
        let running = Task { try await outbox.run() }
        if port != 9 { try await outbox.offerOne(records[0]) }
        let (start, cpu) = (ContinuousClock.now, Self.cpu())
        let share = events / sources
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<sources {
                group.addTask { for number in 0..<share { try await outbox.accept(records[number & 1023]) } }
            }
            try await group.waitForAll()
        }
        if port == 9 { try await outbox.settle() } else { try await outbox.drain() }
        print("\((ContinuousClock.now - start).inSeconds) \(Self.cpu() - cpu)")
        running.cancel()
        _ = await running.result
        await publisher.close()
    }

    /// Records that differ, each of `size` bytes as an event.
    private static func records(of size: Int, source: EventSource, host: HostID) -> [TelemetryRecord] {
        (0..<1024).map { number in
            let time = Timestamp.now() + .milliseconds(number)
            func event(_ text: String) -> Event {
                Event(
                    type: .syslog, source: source.description, id: "1000000", time: time, host: host,
                    data: ["message": .string(text)])
            }
            let missing = max(0, size - EventJSON.encode(event("")).count)
            let text = String(String("\(number) failed password for root from 10.0.0.1 ".prefix(missing)))
            let filler = String(repeating: "x", count: missing - text.utf8.count)
            return TelemetryRecord(time: time, data: event(text + filler).data)
        }
    }

    /// CPU seconds of this process so far.
    private static func cpu() -> Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

extension Outbox {
    /// Waits until one record is confirmed, so that connecting is not measured.
    fileprivate func offerOne(_ record: TelemetryRecord) async throws {
        try await accept(record)
        try await drain()
    }
}
