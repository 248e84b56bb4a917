import ExhaustCore

/// What one event, or one item of it, says about one key: all that a detector ever sees of it.
struct Observation: Sendable, Codable {
    /// What it says.
    enum Kind: Sendable, Codable {
        /// The rule's condition holds. A detector that needs more finds it in one of the values: a number, a text, or
        /// the steps of a sequence as bits.
        case shows(number: Double?, text: String?, steps: UInt32)
        /// The condition that clears holds, or does not.
        case clears(Bool)
    }

    /// When it happened: the clock of windows.
    let time: Timestamp
    /// When it was handled: the clock of timers.
    let handled: Timestamp
    let identity: EventIdentity
    /// Which item of the event it is.
    let item: Int
    let kind: Kind

    /// Its place in the order of events; two that are in the same place are the same.
    var place: Place { Place(time: time, identity: identity, item: item, clears: isClearing) }

    private var isClearing: Bool { if case .clears = kind { true } else { false } }

    /// By time, and by name where that is equal, so that the order never depends on when events come.
    struct Place: Sendable, Codable, Comparable {
        let time: Timestamp
        let identity: EventIdentity
        let item: Int
        let clears: Bool

        static func < (left: Place, right: Place) -> Bool {
            if left.time != right.time { return left.time < right.time }
            // Numbers count up within a source, so a longer one is later. Of one event, what it clears comes first.
            let (one, other) = (left.identity, right.identity)
            return (one.source, one.id.utf8.count, one.id, left.clears ? 0 : 1, left.item)
                < (other.source, other.id.utf8.count, other.id, right.clears ? 0 : 1, right.item)
        }
    }
}

/// What a detector makes of an observation.
enum Verdict: Sendable {
    /// Nothing to tell.
    case none
    /// The fact is there, as these events show, oldest first.
    case raise([EventIdentity], first: Timestamp, value: Double?)
    /// It is still there, and this is one more event that shows it.
    case evidence(value: Double?)
    /// It is still there, though this is no evidence: a number between the level that clears and the limit.
    case linger
    /// The observation speaks against it; it is over once all have for as long as the rule asks.
    case recede
    /// It is over.
    case over
}
