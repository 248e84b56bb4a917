package import ExhaustCore

/// The actions that this agent can do, by name.
package struct ActionCatalogue: Sendable {
    private struct Item: Sendable {
        let spec: ActionSpec
        let executor: any ActionExecutor
    }

    private let items: [String: Item]

    /// The actions of `executors`; of two with one name the later counts.
    package init(_ executors: [any ActionExecutor]) {
        var items: [String: Item] = [:]
        for executor in executors {
            for spec in executor.actions { items[spec.name] = Item(spec: spec, executor: executor) }
        }
        self.items = items
    }

    /// Every action of this version, running commands through `runner`.
    package static func standard(runner: any CommandRunner, timeout: Duration) -> ActionCatalogue {
        ActionCatalogue([
            ServiceActions(managers: ServiceManagers.ofThisHost(runner: runner)),
            DiskClean(timeout: timeout),
        ])
    }

    /// The names of all actions, sorted.
    package var names: [String] { items.keys.sorted() }

    /// The specification of the action `name`.
    package func spec(_ name: String) -> ActionSpec? { items[name]?.spec }

    /// The class of the action `name`, known or not.
    package func actionClass(of name: String) -> String { ActionSpec.actionClass(of: name) }

    /// The call of action `name` with these parameters; refuses unknown actions and parameters of another form.
    package func call(_ name: String, _ parameters: ValueMap) throws(Refusal) -> ActionCall {
        guard let item = items[name] else { throw Refusal(.policy, "this agent has no action \(name)") }
        return try item.spec.call(parameters)
    }

    /// Does `call`.
    package func execute(_ call: ActionCall) async -> ActionReport {
        guard let item = items[call.action] else {
            return ActionReport(succeeded: false, reason: "this agent has no action \(call.action)")
        }
        do {
            return try await item.executor.execute(call)
        } catch {
            return ActionReport(succeeded: false, reason: "\(error)")
        }
    }

    /// Looks at the host after a crash; see `ActionExecutor.probe`.
    package func probe(_ call: ActionCall) async -> ValueMap { await items[call.action]?.executor.probe(call) ?? [:] }
}
