import ExhaustCore

/// The clock of timers. It stands still while the telemetry that comes is old, or none comes at all: what a broker
/// holds back is no silence.
struct EngineClock: Sendable, Codable {
    private(set) var paused = Duration.zero
    private var latest: Timestamp?
    private var lag = LagWatch()

    /// Reads the clock at the wall time `now`. Where no broker can hold anything back it never `pauses`.
    mutating func read(_ now: Timestamp, pauses: Bool) -> Timestamp {
        if let latest, now > latest {
            if pauses, lag.lags(now: now) { paused += now - latest }
            self.latest = now
        } else if latest == nil {
            latest = now
        }
        return now - paused
    }

    /// Notes an event.
    mutating func note(_ event: Event, now: Timestamp) { lag.note(event.host, time: event.time, now: now) }

    /// The wall time of a reading.
    func wall(_ reading: Timestamp) -> Timestamp { reading + paused }
}
