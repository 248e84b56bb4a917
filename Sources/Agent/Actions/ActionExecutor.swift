package import ExhaustCore

/// What does actions. A new action is one type that conforms, and one line in `ActionCatalogue.standard`.
package protocol ActionExecutor: Sendable {
    /// The actions that it does.
    var actions: [ActionSpec] { get }

    /// Does `call`, whose parameters have the forms that `actions` asks for. What goes wrong on the host is a report
    /// that failed; a thrown error is treated as one with the error's words.
    func execute(_ call: ActionCall) async throws -> ActionReport

    /// Looks at the host without changing it, after a crash left open whether `call` ran to its end.
    func probe(_ call: ActionCall) async -> ValueMap
}

extension ActionExecutor {
    package func probe(_ call: ActionCall) async -> ValueMap { [:] }
}

/// What an action did.
package struct ActionReport: Sendable, Hashable {
    package var succeeded: Bool
    /// Why it failed.
    package var reason: String?
    /// Whether the host is different now.
    package var changed: Bool
    /// What the action reports; docs/agent.md lists it.
    package var output: ValueMap

    package init(succeeded: Bool, reason: String? = nil, changed: Bool = false, output: ValueMap = [:]) {
        self.succeeded = succeeded
        self.reason = reason
        self.changed = changed
        self.output = output
    }
}
