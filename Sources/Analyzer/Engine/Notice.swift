package import ExhaustCore

/// What the engine has to say to whoever runs it, apart from events.
package enum Notice: Sendable {
    /// Expressions of a rule failed on `count` events since the last notice, `last` most recently. Usual where a rule
    /// asks for fields that only some events have.
    case evaluationErrors(rule: String, count: Int, last: ExpressionError)
    /// Events came too late to change what is known of their keys.
    case late(rule: String, count: Int)
    /// A text of a fact could not be rendered; the fact goes without.
    case templateError(rule: String, ExpressionError)
    /// A host has as many open facts as allowed; this one was not raised.
    case tooManyFacts(rule: String, host: HostID)
    /// A rule has as many keys as allowed, and all are in use; `count` times one more was not watched.
    case tooManyKeys(rule: String, count: Int)
    /// An event could not be made, which is a defect.
    case defect(rule: String, ExhaustError)
}
