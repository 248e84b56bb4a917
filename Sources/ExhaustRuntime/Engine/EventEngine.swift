package import ExhaustCore

/// A role's logic as a pure value: the same events at the same times give the same events, whether they come from
/// the broker or from a file.
package protocol EventEngine: Sendable {
    /// Takes one event and gives what follows from it. `now` is the wall clock, or in pipe mode the latest event time.
    mutating func handle(_ event: Event, now: Timestamp) -> [Event]

    /// Lets time pass; timers that are due give their events.
    mutating func advance(to now: Timestamp) -> [Event]
}
