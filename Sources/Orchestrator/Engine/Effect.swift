package import ExhaustCore

/// What the orchestrator has to do next, in this order and no other: a step is durable in the journal before the
/// task that it announces goes out.
package enum Effect: Sendable, Hashable {
    /// Journal this step of a run; `cause` is the action's event without its data.
    case journal(Run, cause: Event)
    /// Hand the task to its adapter.
    case send(TaskRequest)
}
