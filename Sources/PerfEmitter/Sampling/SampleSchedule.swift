package import ExhaustCore

/// When samples are due: at a fixed phase of the interval that differs from host to host, so that a fleet does not
/// measure, and send, all at once.
package struct SampleSchedule: Sendable {
    private let interval: Int64
    private let phase: Int64

    /// Samples every `interval`, with the phase of `host`.
    package init(interval: Duration, host: HostID) {
        let (seconds, attoseconds) = interval.components
        self.interval = max(seconds * 1_000_000_000 + attoseconds / 1_000_000_000, 1_000_000)
        // The partition hash, over as many parts as the interval has milliseconds.
        let parts = Int(clamping: self.interval / 1_000_000)
        phase = Int64(host.partition(of: parts)) * 1_000_000
    }

    /// How long to wait at `now` for the next sample: more than zero, and no more than the interval.
    package func wait(at now: Timestamp) -> Duration {
        let seconds = now.seconds % 1_000_000_000
        let position = (seconds * 1_000_000_000 + Int64(now.nanoseconds)) % interval
        let ahead = (phase - position) % interval
        return .nanoseconds(ahead > 0 ? ahead : ahead + interval)
    }
}
