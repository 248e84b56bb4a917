import Synchronization

/// Lets a fixed number of callers in at once; the others wait in order.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var nextTicket: UInt64 = 0
        var waiting: [(ticket: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state: Mutex<State>

    /// Room for `count` callers.
    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Waits for a place, which `giveBack` returns. Throws `CancellationError` if the task is cancelled first.
    func take() async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        let taken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    // A task is marked as cancelled before its handler runs, so one of the two sees it.
                    if Task.isCancelled { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            giveUp(ticket)
        }
        guard taken else { throw CancellationError() }
    }

    /// Returns a place.
    func giveBack() {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil as CheckedContinuation<Bool, Never>?
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }

    private func giveUp(_ ticket: UInt64) {
        let waiter = state.withLock { state in
            let index = state.waiting.firstIndex { $0.ticket == ticket }
            return index.map { state.waiting.remove(at: $0).continuation }
        }
        waiter?.resume(returning: false)
    }
}
