package import ExhaustCore
import Synchronization

/// What an engine's loop has to do next, from several tasks: deliveries, ticks of the clock, commands.
///
/// Deliveries are bounded by the inlet's prefetch, and ticks do not pile up.
package final class Inbox<Engine: EventEngine>: Sendable {
    package enum Item: Sendable {
        case delivery(Delivery)
        case tick
        /// A change of the engine itself, such as new rules.
        case command(@Sendable (inout Engine) -> Void)
        /// These partitions belong to another instance now.
        case release(Set<Int>)
        case end
    }

    private struct State {
        var items: [Item] = []
        var isTickWaiting = false
    }

    private let state = Mutex(State())
    private let changed = Signal()

    package init() {}

    /// Adds `item` to what waits; a tick only if none waits yet.
    package func put(_ item: Item) {
        state.withLock { state in
            if case .tick = item {
                if state.isTickWaiting { return }
                state.isTickWaiting = true
            }
            state.items.append(item)
        }
        changed.notify()
    }

    /// The commands that wait, for a loop that takes nothing else from here.
    func takeCommands() -> [@Sendable (inout Engine) -> Void] {
        let items = state.withLock { state in
            defer { state = State() }
            return state.items
        }
        return items.compactMap { if case .command(let change) = $0 { change } else { nil } }
    }

    /// Everything that waits; waits itself while there is nothing. Empty only when the task is cancelled.
    func next() async -> [Item] {
        while true {
            let seen = changed.count
            let items = state.withLock { state in
                defer { state = State() }
                return state.items
            }
            if !items.isEmpty || Task.isCancelled { return items }
            await changed.wait(past: seen)
        }
    }
}
