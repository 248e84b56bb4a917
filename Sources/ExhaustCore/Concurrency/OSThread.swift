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

    /// Starts a detached thread; ps and gdb show the first 15 bytes of `name`. Every signal is blocked on it: signals
    /// belong to whoever waits for them, and a SIGPIPE of a broken TLS connection must not end the process. Throws if
    /// the system has no thread left.
    public static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(ExhaustError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // The new thread inherits the mask, so that there is no moment at which a signal can reach it.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
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
