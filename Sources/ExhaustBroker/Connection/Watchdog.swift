import CLinux
import ExhaustCore
import Glibc
import Synchronization

/// Ends calls into librabbitmq that do not come back.
///
/// librabbitmq 0.11 waits forever in a publish whose peer is half open (its issue 780, fixed in 0.14). The only cure
/// from outside is to shut the socket down, upon which the call returns an error. One thread watches all connections.
final class Watchdog: Sendable {
    /// The process's watchdog; its thread starts with the first connection and lives as long as the process.
    static let shared = Watchdog()

    private struct State {
        var calls: [WeakCall] = []
        var isRunning = false
    }

    private struct WeakCall: Sendable {
        weak let call: WatchedCall?
    }

    private let state = Mutex(State())
    private static let interval: useconds_t = 200_000

    /// A guard for the calls of one connection.
    func register() -> WatchedCall {
        let call = WatchedCall()
        let mustStart = state.withLock { state in
            state.calls.removeAll { $0.call == nil }
            state.calls.append(WeakCall(call: call))
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard mustStart else { return call }
        do {
            try OSThread.start(named: "amqp-watchdog") { self.watch() }
        } catch {
            // The next connection tries again; without a thread left, that is the smaller trouble.
            state.withLock { $0.isRunning = false }
        }
        return call
    }

    private func watch() {
        while true {
            usleep(Self.interval)
            let now = ContinuousClock.now
            for entry in state.withLock({ $0.calls }) { entry.call?.shutDown(ifDueAt: now) }
        }
    }
}

/// The call into librabbitmq that a connection's thread is in, if any.
final class WatchedCall: Sendable {
    private struct State {
        var socket: Int32 = -1
        var deadline: ContinuousClock.Instant?
        var wasShutDown = false
    }

    private let state = Mutex(State())

    /// Whether the watchdog has shut a socket down since the last `begin` with another socket.
    var wasShutDown: Bool { state.withLock { $0.wasShutDown } }

    /// A call on `socket` begins that must be back after `limit`.
    func begin(socket: Int32, limit: Duration) {
        let deadline = ContinuousClock.now + limit
        state.withLock { state in
            if state.socket != socket { state.wasShutDown = false }
            state.socket = socket
            state.deadline = deadline
        }
    }

    /// The call is back. Must come before the socket is closed, since its number may then be someone else's.
    func end() { state.withLock { $0.deadline = nil } }

    fileprivate func shutDown(ifDueAt now: ContinuousClock.Instant) {
        state.withLock { state in
            guard let deadline = state.deadline, deadline <= now, state.socket >= 0 else { return }
            // Under the lock, so that the owner cannot leave the call and close the socket meanwhile.
            shutdown(state.socket, Int32(SHUT_RDWR))
            state.wasShutDown = true
            state.deadline = nil
        }
    }
}
