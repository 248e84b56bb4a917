import ExhaustCore
import Glibc

/// The time that a probe has, and what its parts took.
struct ProbeClock {
    let start = ContinuousClock.now
    let deadline: ContinuousClock.Instant

    init(timeout: Duration) { deadline = start + timeout }

    var elapsed: Duration { .now - start }

    /// Waits until `descriptor` is ready for `events`; throws when the time is over, or the task is cancelled.
    func wait(_ descriptor: Int32, _ events: Int32) throws { try wait(descriptor, events, until: deadline) }

    /// As above, with an end of its own.
    func wait(_ descriptor: Int32, _ events: Int32, until end: ContinuousClock.Instant) throws {
        guard try isReady(descriptor, events, until: end) else {
            throw ProbeFailure(.timeout, "no answer within \(elapsed.inMilliseconds) ms")
        }
    }

    /// Whether `descriptor` is ready for `events` before `end`.
    func isReady(_ descriptor: Int32, _ events: Int32, until end: ContinuousClock.Instant) throws -> Bool {
        while true {
            let rest = end - .now
            guard rest > .zero else { return false }
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            // Looks now and then whether the emitter is to stop; rounded up, so that less than 1 ms does not spin.
            if poll(&entry, 1, Int32(min(rest.inMilliseconds + 1, 200))) > 0 { return true }
            try Task.checkCancellation()
        }
    }
}
