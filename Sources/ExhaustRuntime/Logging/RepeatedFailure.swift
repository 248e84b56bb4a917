package import ExhaustCore

/// Says a failure that repeats once a minute, with how often it happened.
package struct RepeatedFailure {
    private var count = 0
    private var next: Timestamp?

    /// Nothing has failed yet.
    package init() {}

    /// Notes one failure; gives the number since it was last said, if it is due to be said.
    package mutating func note(at now: Timestamp) -> Int? {
        count += 1
        if isResting(at: now) { return nil }
        defer { count = 0 }
        next = now + .seconds(60)
        return count
    }

    /// Whether a failure now would not be said.
    func isResting(at now: Timestamp) -> Bool { next.map { now < $0 } ?? false }
}

/// Failures of several peers for several reasons, each said on its own while there are not too many.
package struct RepeatedFailures {
    private var known: [String: RepeatedFailure] = [:]
    private static let limit = 256

    /// Nothing has failed yet.
    package init() {}

    /// Notes a failure of `key`; gives the number since it was last said, if it is due to be said. Those for which
    /// there is no room share one turn.
    package mutating func note(_ key: String, at now: Timestamp) -> Int? {
        if known.count >= Self.limit { known = known.filter { $0.value.isResting(at: now) } }
        let isKnown = known[key] != nil || known.count < Self.limit
        return known[isKnown ? key : "", default: RepeatedFailure()].note(at: now)
    }
}
