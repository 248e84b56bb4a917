package import ExhaustCore

/// What is known of an action before anything runs.
package struct ActionSpec: Sendable {
    /// The name, such as `service.restart`.
    package let name: String
    /// Whether running it again after a crash does no more than running it once. Of the others the agent reports
    /// `unknown` when it cannot tell whether they ran to their end.
    package let isIdempotent: Bool
    /// The parameters by name; a task with any other is malformed.
    package let parameters: [String: ParameterSpec]
    /// The parameter whose value two running tasks must not share.
    package let lane: String

    package init(_ name: String, idempotent: Bool, lane: String, parameters: [String: ParameterSpec]) {
        self.name = name
        isIdempotent = idempotent
        self.lane = lane
        self.parameters = parameters
    }

    /// What a key must be trusted for: the name's part before the first dot.
    package var actionClass: String { Self.actionClass(of: name) }

    /// The class of the action `name`, known or not.
    package static func actionClass(of name: String) -> String { String(name.prefix { $0 != "." }) }

    /// The parameters read and completed with their defaults. Every value in it has the form of its kind.
    package func call(_ given: ValueMap) throws(Refusal) -> ActionCall {
        for name in given.keys where parameters[name] == nil {
            throw Refusal(.malformed, "\(self.name) has no parameter \(name.prefix(64).debugDescription)")
        }
        var complete: [String: Value] = [:]
        for (name, spec) in parameters {
            guard let value = given[name] ?? spec.fallback else {
                throw Refusal(.malformed, "\(self.name) needs the parameter \(name)")
            }
            guard let read = spec.kind.read(value) else {
                throw Refusal(.malformed, "\(self.name): \(name) must be \(spec.kind.form)")
            }
            complete[name] = read
        }
        let lane = "\(actionClass):\(complete[self.lane]?.string ?? "")"
        return ActionCall(action: name, parameters: complete, lane: lane)
    }
}

/// A parameter of an action.
package struct ParameterSpec: Sendable {
    package let kind: ParameterKind
    /// Its value where a task gives none; without one the parameter must be given.
    package let fallback: Value?

    package init(_ kind: ParameterKind, default fallback: Value? = nil) {
        self.kind = kind
        self.fallback = fallback
    }
}

/// An action with its parameters, as executors get it.
package struct ActionCall: Sendable, Hashable {
    package let action: String
    /// Every parameter of the action, in the form that its kind reads.
    package let parameters: [String: Value]
    /// Calls of one lane run one after the other.
    package let lane: String

    /// The text of a parameter that is one.
    package func text(_ name: String) -> String { parameters[name]?.string ?? "" }

    /// The time of a parameter that is a duration.
    package func duration(_ name: String) -> Duration {
        if case .duration(let duration)? = parameters[name] { duration } else { .zero }
    }
}
