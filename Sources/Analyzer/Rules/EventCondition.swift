package import ExhaustCore

/// What must hold of an event, or of an item of it, for a rule to count it. Its description is how it was written.
package protocol EventCondition: Sendable, CustomStringConvertible {
    /// The names that it asks of its bindings.
    var identifiers: Set<String> { get }

    /// Literals without which it cannot hold; `nil` if it may hold of any event.
    var requirement: LiteralRequirement? { get }

    /// Whether it holds of the event that `bindings` show.
    func holds(_ bindings: EventBindings) throws(ExpressionError) -> Bool
}

extension EventCondition {
    package var requirement: LiteralRequirement? { nil }
}

extension Expression: EventCondition {
    package func holds(_ bindings: EventBindings) throws(ExpressionError) -> Bool { try isTrue(in: bindings) }
}
