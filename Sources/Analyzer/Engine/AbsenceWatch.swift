import ExhaustCore

/// The latest event of a key, and when the next is due.
struct AbsenceWatch: Sendable, Codable {
    private var place: Observation.Place
    /// When it was handled, or when its host was heard again.
    private(set) var handled: Timestamp
    private var gaps = DueTime()
    /// Whether the key is due, but its host is not heard either.
    var isWaiting = false

    /// When that happened.
    var latest: Timestamp { place.time }

    init(_ place: Observation.Place, handled: Timestamp) {
        self.place = place
        self.handled = handled
    }

    /// Takes a newer event; an older one, or the same again, changes nothing.
    mutating func take(_ place: Observation.Place, handled: Timestamp, _ method: Method) -> Bool {
        guard place > self.place else { return false }
        if case .absence(let absence) = method.detector, case .learned(let learned) = absence.due {
            gaps.note(place.time - latest, factor: learned.factor, atLeast: learned.atLeast, atMost: learned.atMost)
        }
        self.place = place
        self.handled = max(self.handled, handled)
        isWaiting = false
        return true
    }

    /// Begins to wait anew.
    mutating func restart(at time: Timestamp) {
        handled = max(handled, time)
        isWaiting = false
    }

    /// How long after an event the next is due; `nil` while that is not known.
    func patience(_ method: Method) -> Duration? {
        guard case .absence(let absence) = method.detector else { return nil }
        switch absence.due {
        case .within(let within): return within
        case .learned(let learned):
            return gaps.due(factor: learned.factor, atLeast: learned.atLeast, atMost: learned.atMost)
        }
    }

    /// When the key wants attention.
    func due(_ method: Method) -> Timestamp? { isWaiting ? nil : patience(method).map { handled + $0 } }
}
