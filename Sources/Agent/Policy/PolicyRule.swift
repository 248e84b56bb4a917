import ExhaustCore

/// One line of a policy: an action and what its parameters must be.
package struct PolicyRule: Sendable {
    /// How often a rule may allow.
    package struct Rate: Sendable, Hashable {
        package let max: Int
        package let within: Duration
    }

    package let action: String
    package let rate: Rate?
    private let constraints: [String: ParameterConstraint]

    init(action: String, constraints: [String: ParameterConstraint], rate: Rate?) {
        self.action = action
        self.constraints = constraints
        self.rate = rate
    }

    /// Whether the rule is about `call`. Parameters that the rule does not name are not its business; an allowing
    /// rule names all of them, which the policy checks when it is read.
    package func matches(_ call: ActionCall) -> Bool {
        action == call.action
            && constraints.allSatisfy { name, constraint in call.parameters[name].map(constraint.holds) == true }
    }
}
