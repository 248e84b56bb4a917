import ExhaustCore

/// When a host was heard, and which of its keys are overdue while it is not.
struct HostPresence: Sendable, Codable {
    /// When its latest event was handled, and which it was.
    private(set) var handled: Timestamp
    private(set) var latest: EventIdentity
    /// How far its own events have come.
    private(set) var newest: Timestamp
    /// When it was heard again after it had been silent.
    private(set) var back: Timestamp?
    /// Rules by fact and their keys that are overdue.
    var waiting: [Overdue] = []
    var isSilent = false

    struct Overdue: Sendable, Codable {
        let fact: String
        let key: String
    }

    init(_ event: EventIdentity, at time: Timestamp, handled: Timestamp) {
        self.handled = handled
        latest = event
        newest = time
    }

    /// Notes an event.
    mutating func note(_ event: EventIdentity, at time: Timestamp, handled: Timestamp) {
        self.handled = handled
        latest = event
        newest = max(newest, time)
        if isSilent { back = handled }
    }
}
