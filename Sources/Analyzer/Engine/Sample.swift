import ExhaustCore

/// One event, or one item of it, that counts for a key.
struct Sample: Sendable {
    let event: Event
    /// The element of the rule's `each`, if it has one.
    let item: Value?
    /// The threshold's number.
    let value: Double?
    /// When it was handled: the clock of timers, where the event's own time is the clock of windows.
    let now: Timestamp

    var time: Timestamp { event.time }
}

/// What a detector makes of a sample.
enum Verdict: Sendable {
    /// Nothing to tell.
    case none
    /// The fact is there, as these events show, oldest first.
    case raise([EventIdentity], first: Timestamp, value: Double?)
    /// It is still there, and this is one more event that shows it.
    case evidence
    /// It is still there, though this is no evidence: a number between the level that clears and the limit.
    case linger
    /// The sample speaks against it.
    case recede
}
