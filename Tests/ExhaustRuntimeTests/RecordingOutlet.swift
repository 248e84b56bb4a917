import ExhaustCore
import ExhaustRuntime
import Synchronization

/// An outlet that keeps what it got, and confirms when told to.
final class RecordingOutlet: EventOutlet {
    private let batchesTaken = Mutex<[[Event]]>([])
    private let allowed = Mutex(0)
    private let single = Mutex(0)
    private let changed = Signal()

    /// Confirms the batch of this number alone, from 1.
    func confirmOnly(_ number: Int) {
        single.withLock { $0 = number }
        changed.notify()
    }

    /// Confirms the first `count` batches from now on.
    func confirm(_ count: Int) {
        allowed.withLock { $0 = count }
        changed.notify()
    }

    var batches: [[Event]] { batchesTaken.withLock { $0 } }
    var ids: [String] { batches.flatMap { $0.map(\.id) } }

    func enqueue(_ events: [Event]) async throws -> Receipt {
        let number = batchesTaken.withLock { batches in
            batches.append(events)
            return batches.count
        }
        changed.notify()
        return Receipt { [self] in
            while true {
                let seen = changed.count
                if allowed.withLock({ $0 }) >= number || single.withLock({ $0 }) == number { return }
                try Task.checkCancellation()
                await changed.wait(past: seen)
            }
        }
    }

    func close() async {}

    /// Waits until `condition` holds; the test's time limit is the bound.
    func wait(until condition: ([[Event]]) -> Bool) async {
        while true {
            let seen = changed.count
            if condition(batches) || Task.isCancelled { return }
            await changed.wait(past: seen)
        }
    }
}
