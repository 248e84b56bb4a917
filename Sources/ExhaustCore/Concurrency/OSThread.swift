import CLinux
import Glibc

/// Threads of one's own, for work that blocks.
public enum OSThread {
    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a detached thread; ps and gdb show the first 15 bytes of `name`. Signals that are not faults are
    /// blocked on it, so that they reach the thread that waits for them. Throws if the system has no thread left.
    public static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(ExhaustError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let context = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                exhaust_name_thread(body.name)
                body.run()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            throw ExhaustError(.unavailable, errno: status, "cannot start the thread \(name)")
        }
    }
}

/// A descriptor that wakes a thread out of poll(2): eventfd(2).
public final class Wakeup: Sendable {
    /// Readable after `wake`, until `clear`.
    public let descriptor: Int32

    /// Throws if the process is out of descriptors.
    public init() throws(ExhaustError) {
        descriptor = exhaust_eventfd()
        guard descriptor >= 0 else { throw ExhaustError(.unavailable, errno: errno, "cannot make an eventfd") }
    }

    deinit { close(descriptor) }

    /// Makes the descriptor readable. Waking twice is as good as once.
    public func wake() { _ = exhaust_eventfd_wake(descriptor) }

    /// Makes the descriptor quiet again.
    public func clear() { _ = exhaust_eventfd_clear(descriptor) }

    /// Sleeps until woken, then clears.
    public func wait() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, -1) < 0 && errno == EINTR {}
        clear()
    }
}
