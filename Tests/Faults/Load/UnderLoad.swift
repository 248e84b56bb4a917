import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Synchronization

/// A fault under the probe's load: it counts, a consumer takes everything from the analyzer's queues, the fault comes
/// and goes. In the end everything that was accepted must have come to that consumer, and be in the recorder.
final class UnderLoad: Sendable {
    let stage: Stage
    let broker: PrivateBroker
    let probe: Probe
    private let analyzer = Mutex<StreamWatch<Arrivals>?>(nil)

    /// A load on `broker`, the usual one without it; `configuration` is how the probe reaches it. Unless it `consumes`,
    /// the analyzer's queues fill until `consume` is called.
    init(
        _ stage: Stage, _ broker: PrivateBroker? = nil, configuration: BrokerConfiguration? = nil,
        consumes: Bool = true, _ settings: Probe.Settings = Probe.Settings()
    ) async throws {
        self.stage = stage
        if let broker { self.broker = broker } else { self.broker = try await stage.broker() }
        let configuration = configuration ?? self.broker.configuration(for: Login(.emitterPerf, host: stage.host))
        probe = Probe(stage, configuration, settings)
        if consumes { try consume() }
    }

    /// Takes everything from the analyzer's queues, from now on.
    func consume() throws {
        let queues = Queue.names(of: "analyzer", partitions: broker.topology.settings.partitions)
        let watch = try Self.watch(broker, .queues(queues), as: Login(.analyzer), label: stage.label)
        stage.finally { await watch.close() }
        analyzer.withLock { $0 = watch }
    }

    /// Does it; `inject` returns when the fault is over.
    func run(recorded: Bool = true, _ inject: () async throws -> Void) async throws -> Tally {
        try probe.process.start()
        try await probe.accepted(more: 200)
        try await inject()
        return try await settle(since: .now, recorded: recorded)
    }

    /// Waits until events from after the fault arrive, and then everything. Without the recorder the analyzer's queues
    /// alone are judged.
    func settle(since end: ContinuousClock.Instant, recorded: Bool = true) async throws -> Tally {
        let before = probe.starts.latest
        // Read from its beginning by one connection that saw no fault, so that what comes twice is there twice.
        let recorder = try Self.watch(
            broker, .stream(Queue.recorder, from: .first), as: Login(.observer), label: stage.label)
        stage.finally { await recorder.close() }
        let queues = analyzer.withLock { $0 } ?? recorder
        let judge = recorded ? recorder : queues
        try await wait(for: "no event from after the fault has arrived") { judge.count.latest > before }
        let recovered = ContinuousClock.now - end
        try await probe.stop()
        let accepted = probe.starts.accepted
        // The last start has emptied the spool, and so got the confirmations of those before it.
        let confirmed = probe.isDrained ? accepted.count : probe.starts.confirmed
        for (name, watch) in [(recorded ? "recorder" : "analyzer's queues", judge), ("analyzer's queues", queues)] {
            try await wait(for: "\(name): \(watch.count.tally(accepted: accepted, confirmed: confirmed))") {
                watch.isQuiet(for: .seconds(1)) && watch.count.isComplete(accepted)
            }
        }
        var tally = judge.count.tally(accepted: accepted, confirmed: confirmed)
        tally.recovered = recovered
        return tally
    }

    private static func watch(
        _ broker: PrivateBroker, _ source: ConsumerSource, as login: Login, label: String
    ) throws -> StreamWatch<Arrivals> {
        try StreamWatch(broker, source, as: login, Arrivals()) { event, arrivals in
            arrivals.add(event) { number(of: $0, label: label) }
        }
    }

    /// The probe's number in an event of the run `label`.
    private static func number(of event: Event, label: String) -> Int? {
        guard event.data["exhaust.probe.run"] == .string(label), event.data["exhaust.probe.state"] == "broken" else {
            return nil
        }
        return event.data["exhaust.probe.number"]?.int.flatMap { Int(exactly: $0) }
    }
}
