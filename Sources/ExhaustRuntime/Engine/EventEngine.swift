package import ExhaustCore

/// A role's logic as a pure value: the same events at the same times give the same events, whether they come from
/// the broker or from a file.
package protocol EventEngine: Sendable {
    /// Takes one event and gives what follows from it. `now` is the wall clock, or in pipe mode the latest event time.
    mutating func handle(_ event: Event, now: Timestamp) -> [Event]

    /// Lets time pass; timers that are due give their events.
    mutating func advance(to now: Timestamp) -> [Event]

    /// Forgets everything about the hosts of `partitions`, of which there are `count` in all.
    mutating func release(_ partitions: Set<Int>, of count: Int)

    /// Takes one event of the journal about a partition that was released before, to know what was known of it.
    mutating func restore(_ event: Event)

    /// The journal of `partitions` has been shown whole.
    mutating func restored(_ partitions: Set<Int>, of count: Int, now: Timestamp)
}

extension EventEngine {
    // An engine without a state that outlives a message has nothing to do here.
    package mutating func release(_ partitions: Set<Int>, of count: Int) {}
    package mutating func restore(_ event: Event) {}
    package mutating func restored(_ partitions: Set<Int>, of count: Int, now: Timestamp) {}
}
