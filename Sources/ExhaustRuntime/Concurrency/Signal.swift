import Synchronization

/// Tells waiting tasks that something changed. A count makes sure that nothing is missed between looking at the
/// state and waiting for it to change: note `count`, look, then `wait(past:)` that count.
package final class Signal: Sendable {
    private struct State {
        var count: UInt64 = 0
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How often something changed.
    package var count: UInt64 { state.withLock { $0.count } }

    /// Says that something changed.
    package func notify() {
        let waiters = state.withLock { state in
            state.count += 1
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns once the count is past `seen`, or when the task is cancelled.
    package func wait(past seen: UInt64) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.count > seen || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    /// As `wait(past:)`, but for no longer than `timeout`.
    package func wait(past seen: UInt64, timeout: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(past: seen) }
            group.addTask { _ = try? await Task.sleep(for: timeout) }  // cancelled when the other ends first
            await group.next()
            group.cancelAll()
        }
    }
}
