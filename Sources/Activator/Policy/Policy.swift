import ExhaustCore

/// Whether a policy acts.
enum PolicyMode: String, Decodable, CaseIterable, Sendable {
    /// Decisions are journalled, nothing runs.
    case shadow
    case enforce
}

/// One line of judgement: which fact, which workflow, within which limits, and how to see that it helped.
struct Policy: Sendable {
    let name: String
    var mode: PolicyMode
    /// Holds for the facts that the policy is about; `fact` is bound to the fact's payload.
    let when: Expression
    let workflow: String
    let inputs: ValueTemplate
    /// Least time between two actions on one target.
    let cooldown: Duration
    /// At most `maxAttempts` actions on one target within `attemptsWithin`.
    let maxAttempts: Int
    let attemptsWithin: Duration
    /// A fact that lies this many actions deep in its chain starts no further one.
    let chainDepth: Int
    /// An older fact is stale: nothing is done about it.
    let maxAge: Duration
    /// After its run ended, the fact must clear within this time …
    let clearedWithin: Duration
    /// … and stay cleared for this one.
    let stableFor: Duration
}
