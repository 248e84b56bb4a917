import ExhaustCore
import Synchronization

/// Runs `body` on a thread of its own, where blocking calls such as poll(2) are legal; `await` works as ever.
/// Cancellation reaches the body as usual, so a blocking call should return now and then to look for it.
package func withThread<T: Sendable>(
    named name: String, _ body: @escaping @Sendable () async throws -> T
) async throws -> T {
    let executor = try ThreadExecutor(name: name)
    defer { executor.stop() }
    return try await withThrowingTaskGroup(of: T.self) { group in
        group.addTask(executorPreference: executor) { try await body() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}

/// A task executor that is one thread.
private final class ThreadExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup

    init(name: String) throws(ExhaustError) {
        wakeup = try Wakeup()
        try OSThread.start(named: name) { [self] in loop() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        wakeup.signal()
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wakeup.signal()
    }

    private func loop() {
        while true {
            let (jobs, isStopped) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopped)
            }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
            if !jobs.isEmpty { continue }
            if isStopped { return }
            wakeup.wait(timeout: .seconds(60))
        }
    }
}
