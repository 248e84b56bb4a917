import ExhaustCore
import ExhaustRuntime

/// Asks every target, each in a task of its own; a thread is taken only while it waits for answers.
struct Prober: Sendable {
    let targets: [ProbeTarget]
    let publish: @Sendable (TelemetryRecord) -> Void

    /// Asks until cancelled.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for target in targets {
                group.addTask {
                    var schedule = ProbeSchedule(interval: target.interval, generator: SystemRandomNumberGenerator())
                    var due = ContinuousClock.now
                    while true {
                        // Late turns are not made up for.
                        due = max(due + schedule.next(), .now)
                        try await Task.sleep(until: due)
                        try await ask(target)
                    }
                }
            }
        }
    }

    /// Asks each once, now.
    func runOnce() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for target in targets { group.addTask { try await ask(target) } }
        }
    }

    private func ask(_ target: ProbeTarget) async throws {
        let begin = Timestamp.now()
        let result = try await withThread(named: "net-probe") { try ProbeRun(target: target).run() }
        publish(TelemetryRecord(type: .netProbe, time: begin, data: result.data(of: target)))
    }
}
