import ExhaustCore
import Glibc
import Logging

/// Publishes the ends of processes from taskstats alone, where there shall be no file. What ends while the emitter is
/// down is not told. It blocks, so it wants a thread of its own.
struct TaskstatsFollower {
    private static let longestWait: Int32 = 200

    var tasks: TaskSource
    var summary: Summary?
    let hasDetails: @Sendable () -> Bool
    let sink: any AcctSink
    let logger: Logger
    private var telemetry = RecordTelemetry()

    init(
        tasks: TaskSource, summary: Summary?, hasDetails: @escaping @Sendable () -> Bool, sink: any AcctSink,
        logger: Logger
    ) {
        self.tasks = tasks
        self.summary = summary
        self.hasDetails = hasDetails
        self.sink = sink
        self.logger = logger
    }

    /// Publishes until the task is cancelled.
    mutating func run() async throws {
        logger.info("listening to taskstats")
        while !Task.isCancelled {
            var request = pollfd(fd: tasks.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&request, 1, Self.longestWait)
            try await step()
        }
        repeat { try await step() } while tasks.hasMore
        try await flush(all: true)
    }

    private mutating func step() async throws {
        let lost = try tasks.collect(hasDetails: hasDetails())
        if lost > 0 {
            let gap = Gap(
                kind: "acct.taskstats", count: lost, since: .now(), reason: "taskstats of \(lost) tasks did not fit")
            logger.warning("processes were not accounted for", metadata: ["gap.kind": "\(gap.kind)"])
            try await sink.acceptAside(gap.data, type: .gap, time: .now())
        }
        for totals in tasks.takeWaiting(since: .now) {
            let data = telemetry.data(of: totals, now: .now())
            if summary != nil {
                summary?.add(data)
            } else {
                try await sink.acceptAside(data, type: .acct, time: totals.end)
            }
        }
        try await flush(all: false)
    }

    private mutating func flush(all: Bool) async throws {
        let now = Timestamp.now()
        for data in summary?.take(now: now, all: all) ?? [] {
            try await sink.acceptAside(data, type: .acctSummary, time: now)
        }
    }
}
