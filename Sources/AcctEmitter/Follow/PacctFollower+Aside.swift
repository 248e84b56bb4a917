import ExhaustCore

// What is not in the file.
extension PacctFollower {
    /// How long a process waits for its record. The kernel writes both within one exit.
    private static let recordWait: Duration = .seconds(2)

    /// Takes what taskstats told of until now.
    mutating func collectTasks() async throws {
        let hasDetails = settings().hasDetails
        guard let lost = try tasks?.collect(hasDetails: hasDetails), lost > 0 else { return }
        try await publish(
            Gap(
                kind: "acct.taskstats", count: lost, since: .now(),
                reason: "taskstats of \(lost) tasks did not fit; the processes' records lack what it knows"))
    }

    /// Publishes processes whose records have not come. The file must have been read to its end.
    mutating func publishWaiting(all: Bool) async throws {
        let moment = all ? ContinuousClock.now : .now - Self.recordWait
        for totals in tasks?.takeWaiting(since: moment) ?? [] {
            let data = telemetry.data(of: totals, now: .now())
            processes += 1
            if summary != nil {
                summary?.add(data)
            } else {
                try await sink.acceptAside(data, type: .acct, time: totals.end)
            }
        }
    }

    /// Publishes a summary whose time is over.
    mutating func flushSummary(all: Bool) async throws {
        let now = Timestamp.now()
        for data in summary?.take(now: now, all: all) ?? [] {
            try await sink.acceptAside(data, type: .acctSummary, time: now)
        }
    }

    /// Publishes a loss.
    func publish(_ gap: Gap) async throws {
        logger.warning("processes were not accounted for", metadata: ["gap.kind": "\(gap.kind)"])
        try await sink.acceptAside(gap.data, type: .gap, time: .now())
    }
}
