/// Which jobs run when: those of one lane one after the other in their order, and no more at once than a limit.
package struct LaneScheduler: Sendable {
    private let limit: Int
    private var running: Set<String> = []
    private var waiting: [Job] = []

    /// At most `limit` jobs at once.
    package init(limit: Int) { self.limit = limit }

    /// Jobs that could not start yet.
    package var waitingCount: Int { waiting.count }

    /// Takes a job; gives what starts now.
    package mutating func add(_ job: Job) -> [Job] {
        waiting.append(job)
        return startable()
    }

    /// Notes that the running job of `lane` ended; gives what starts now.
    package mutating func end(lane: String) -> [Job] {
        running.remove(lane)
        return startable()
    }

    /// Forgets what has not started; it is in the ledger.
    package mutating func dropWaiting() { waiting = [] }

    private mutating func startable() -> [Job] {
        var jobs: [Job] = []
        var rest: [Job] = []
        for job in waiting {
            if running.count < limit, running.insert(job.call.lane).inserted {
                jobs.append(job)
            } else {
                rest.append(job)
            }
        }
        waiting = rest
        return jobs
    }
}
