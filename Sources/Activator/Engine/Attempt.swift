import ExhaustCore

/// One action from its order to its outcome: a small state machine fed with facts, run events and time.
struct Attempt: Sendable {
    /// How far it has come.
    enum Phase: Sendable, Equatable {
        /// The workflow runs, or has not started yet.
        case running
        /// The run ended; the fact has until the deadline to clear.
        case waitingForClear(deadline: Timestamp)
        /// The fact cleared after the run ended; it must stay so until the deadline.
        case stabilising(deadline: Timestamp)
    }

    /// How long past its time a judgement waits for telemetry that fell silent, as after a broker's restart.
    private static let grace = Duration.seconds(60)

    let id: String
    let order: Action
    let fact: String
    let faultTime: Timestamp
    let actionTime: Timestamp
    /// The action's own event, from which the outcome inherits its chain.
    let event: Event
    private(set) var phase: Phase = .running
    private(set) var clearedTime: Timestamp?
    private var runFailure: String?
    private let clearedWithin: Duration
    private let stableFor: Duration
    /// A run that has not begun so long after its order went stale is given up.
    private var runDeadline: Timestamp
    /// The longest that a workflow may run is seven days; the orchestrator reports its end.
    private static let longestRun = Duration.seconds(7 * 86_400 + 900)

    init(event: Event, order: Action, fact: Fact, policy: Policy) {
        id = event.id
        self.event = event
        self.order = order
        self.fact = fact.name
        faultTime = fact.first
        actionTime = event.time
        clearedWithin = policy.clearedWithin
        stableFor = policy.stableFor
        runDeadline = order.notAfter + .seconds(900)
    }

    /// The run took a step at `time`. A run that began has as long as the longest workflow; one that failed may have
    /// helped all the same, so the telemetry still decides.
    mutating func hear(of run: Run, at time: Timestamp) {
        guard phase == .running else { return }
        guard run.state.isFinal else {
            runDeadline = max(runDeadline, time + Self.longestRun)
            return
        }
        if run.state == .failed { runFailure = run.reason ?? "no reason given" }
        let isCleared = clearedTime != nil
        phase = isCleared ? .stabilising(deadline: time + stableFor) : .waitingForClear(deadline: time + clearedWithin)
    }

    /// The fact cleared at `time`.
    mutating func factCleared(at time: Timestamp) {
        clearedTime = time
        if case .waitingForClear = phase { phase = .stabilising(deadline: time + stableFor) }
    }

    /// The fact was raised again: an outcome if it had cleared after the run, else the run is still at it.
    mutating func factRaised(at time: Timestamp) -> Conclusion? {
        guard let cleared = clearedTime else { return nil }
        clearedTime = nil
        guard case .stabilising = phase else { return nil }
        let calm = (time - cleared).inSeconds
        return conclude(.ineffective, "the fact came back \(Self.text(calm)) s after it cleared")
    }

    /// What `now` decides, if anything. `silence` says why the host's telemetry cannot be relied on, if so.
    func advance(to now: Timestamp, silence: String?) -> Conclusion? {
        switch phase {
        case .running where now >= runDeadline:
            return conclude(.unknown, "the run never reported its end")
        case .waitingForClear(let deadline) where now >= deadline:
            if let silence { return now >= deadline + Self.grace ? conclude(.unknown, silence) : nil }
            return conclude(
                .ineffective, "the fact did not clear within \(Self.text(clearedWithin.inSeconds)) s of the run's end")
        case .stabilising(let deadline) where now >= deadline:
            if let silence { return now >= deadline + Self.grace ? conclude(.unknown, silence) : nil }
            return conclude(.verified, "the fact cleared and stayed cleared for \(Self.text(stableFor.inSeconds)) s")
        default: return nil
        }
    }

    /// How an attempt ended.
    struct Conclusion: Sendable, Equatable {
        let verdict: Outcome.Verdict
        let reason: String
    }

    private func conclude(_ verdict: Outcome.Verdict, _ reason: String) -> Conclusion {
        Conclusion(verdict: verdict, reason: runFailure.map { "\(reason); the run failed: \($0)" } ?? reason)
    }

    private static func text(_ seconds: Double) -> String {
        let tenths = (seconds * 10).rounded() / 10
        return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
    }
}
