import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport

/// A fault under the probe's load: it counts, the fault comes and goes, and when everything that was accepted has had
/// its time, the recorder tells what arrived.
struct UnderLoad {
    let stage: Stage
    let broker: PrivateBroker
    let probe: Probe

    /// A load on `broker`, the usual one without it.
    init(_ stage: Stage, _ broker: PrivateBroker? = nil, _ settings: Probe.Settings = Probe.Settings()) async throws {
        self.stage = stage
        if let broker { self.broker = broker } else { self.broker = try await stage.broker() }
        probe = Probe(
            stage, self.broker.configuration(for: Login(.emitterPerf, host: stage.host)), settings)
    }

    /// Does it; `inject` returns when the fault is over.
    func run(_ inject: () async throws -> Void) async throws -> Tally {
        try probe.start()
        try await probe.accepted(more: 200)
        try await inject()
        return try await settle(since: .now)
    }

    /// Waits until events from after the fault arrive, and then everything.
    func settle(since end: ContinuousClock.Instant) async throws -> Tally {
        let before = probe.starts.latest
        let watch = try self.watch()
        stage.finally { await watch.close() }
        try await wait(for: "no event from after the fault has arrived") { watch.count.latest > before }
        let recovered = ContinuousClock.now - end
        try await probe.stop()
        let starts = probe.starts
        let accepted = starts.accepted
        try await wait(for: missing(accepted, watch.count)) {
            watch.isQuiet(for: .seconds(1)) && watch.count.isComplete(accepted)
        }
        var tally = watch.count.tally(accepted: accepted, confirmed: starts.confirmed)
        tally.recovered = recovered
        return tally
    }

    private func missing(_ accepted: Set<Int>, _ arrivals: Arrivals) -> String {
        "\(arrivals.tally(accepted: accepted, confirmed: probe.starts.confirmed))"
    }

    /// What the recorder holds of this fault.
    private func watch() throws -> StreamWatch<Arrivals> {
        let label = stage.label
        return try StreamWatch(broker, .stream(Queue.recorder, from: .first), Arrivals()) { event, arrivals in
            arrivals.add(event) { Self.number(of: $0, label: label) }
        }
    }

    /// The probe's number in an event of the run `label`.
    static func number(of event: Event, label: String) -> Int? {
        guard event.data["exhaust.probe.run"] == .string(label), event.data["exhaust.probe.state"] == "broken" else {
            return nil
        }
        return event.data["exhaust.probe.number"]?.int.flatMap { Int(exactly: $0) }
    }
}
