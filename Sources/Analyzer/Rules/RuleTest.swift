import ExhaustCore

/// A test that stands in a rule file: recorded events, and the facts that the rule must make of them.
package struct RuleTest: Sendable, Hashable, Decodable {
    /// A file with an event a line, beside the rule file.
    package let given: String
    /// How long the clock runs on after the last event.
    package let after: Duration?
    /// What is raised and cleared, in order and complete. Updates are not counted.
    package let expect: [Expectation]

    /// One transition of the fact.
    package struct Expectation: Sendable, Hashable, Decodable {
        /// The name of the fact that is raised.
        package let raised: String?
        /// The name of the fact that is cleared.
        package let cleared: String?
        /// The fact's subject, if it matters.
        package let subject: String?
    }
}
