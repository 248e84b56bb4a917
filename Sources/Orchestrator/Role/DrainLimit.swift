import Synchronization

/// Calls a function unless it is stopped within a time. It outlives the cancellation of whoever starts it.
final class DrainLimit: Sendable {
    private let time: Duration
    private let onTimeout: @Sendable () -> Void
    private let timer = Mutex<Task<Void, Never>?>(nil)

    init(_ time: Duration, _ onTimeout: @escaping @Sendable () -> Void) {
        self.time = time
        self.onTimeout = onTimeout
    }

    /// Starts the clock, once.
    func start() {
        timer.withLock { timer in
            guard timer == nil else { return }
            timer = Task { [time, onTimeout] in
                guard (try? await Task.sleep(for: time)) != nil else { return }  // stopped in time
                onTimeout()
            }
        }
    }

    func stop() { timer.withLock { $0?.cancel() } }
}
