import CLinux
import Glibc
import Synchronization

/// Wakes a thread that polls a socket: an eventfd(2) that is written at most once between two looks.
public final class Wakeup: Sendable {
    private let descriptor: Int32
    private let isSet = Atomic(false)

    /// Throws when the process has no descriptor left.
    public init() throws(ExhaustError) {
        descriptor = exhaust_eventfd()
        guard descriptor >= 0 else { throw ExhaustError(.unavailable, errno: errno, "cannot make an eventfd") }
    }

    deinit { close(descriptor) }

    /// Ends the wait that goes on or comes next. From any thread.
    public func signal() {
        guard !isSet.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        // It can only fail when the counter is full, and then the thread is woken anyway.
        _ = write(descriptor, &one, 8)
    }

    /// Waits until `signal`, until `socket` (unless negative) is readable, or until `timeout` has passed.
    public func wait(socket: Int32 = -1, timeout: Duration) {
        var descriptors = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
        ]
        // Rounded up, so that a wait of less than a millisecond does not spin.
        let milliseconds = max(0, min(timeout.inMilliseconds + 1, 60_000))
        poll(&descriptors, 2, Int32(milliseconds))
        guard descriptors[0].revents != 0 else { return }
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        isSet.store(false, ordering: .releasing)
    }
}
