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
        if let next, now < next { return nil }
        defer { count = 0 }
        next = now + .seconds(60)
        return count
    }
}
