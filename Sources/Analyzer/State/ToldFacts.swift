import ExhaustCore

/// What the journal tells of facts since a snapshot, against which a replay is held: it says all of it again.
struct ToldFacts: Sendable {
    private struct Telling: Sendable, Hashable {
        let episode: String
        let transition: String
    }

    /// The latest first told, in order, and which of them were not said again.
    private var events: [Event] = []
    private var unsaid: Set<Telling> = []
    /// Everything that was told, to know it again.
    private var all: Set<Telling> = []

    /// Notes what was told.
    mutating func add(_ event: Event) {
        guard let telling = Self.telling(event) else { return }
        all.insert(telling)
        // What is told in between says nothing that a replay would not.
        guard telling.transition != Fact.Transition.updated.rawValue, unsaid.insert(telling).inserted else { return }
        events.append(event)
    }

    /// Whether an event of a replay was told already.
    mutating func isKnown(_ event: Event) -> Bool {
        guard let telling = Self.telling(event) else { return false }
        unsaid.remove(telling)
        return all.contains(telling)
    }

    /// What was told and not said again, oldest first.
    var rest: [Event] { events.filter { Self.telling($0).map(unsaid.contains) ?? false } }

    /// The events that told of facts that were raised, by the facts' keys, oldest first.
    var raised: [String: [EventIdentity]] {
        events.reduce(into: [:]) { raised, event in
            guard event.data["transition"]?.string == Fact.Transition.raised.rawValue,
                let key = event.data["key"]?.string
            else { return }
            raised[key, default: []].append(event.identity)
        }
    }

    private static func telling(_ event: Event) -> Telling? {
        guard let episode = event.data["episode"]?.string, let transition = event.data["transition"]?.string else {
            return nil
        }
        return Telling(episode: episode, transition: transition)
    }
}
