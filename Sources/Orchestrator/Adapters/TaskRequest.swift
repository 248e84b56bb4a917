package import ExhaustCore

/// One attempt at a task, ready for its adapter: all templates are rendered.
package struct TaskRequest: Sendable, Hashable {
    /// `<run>-<task>-<attempt>`: the same for the same attempt however often it is sent.
    package var id: String
    /// The run's id, which is the action's.
    package var run: String
    package var workflow: String
    /// The task's name in the workflow, and which attempt this is, from 1.
    package var task: String
    package var attempt: Int
    package var adapter: String
    package var action: String
    package var parameters: ValueMap
    /// Where it is done; the run's host where the adapter needs none.
    package var host: HostID
    /// The span in which it may start.
    package var notBefore: Timestamp
    package var notAfter: Timestamp
    /// When the run gives up waiting for the result.
    package var deadline: Timestamp
    /// The action's event, without its data.
    package var cause: Event

    /// What is asked, in plain words: for people and for backtests, never for agents.
    package var description: ValueMap {
        [
            "task": .string(id), "run": .string(run), "workflow": .string(workflow), "name": .string(task),
            "attempt": .int(Int64(attempt)), "adapter": .string(adapter), "action": .string(action),
            "host": .string(host.description), "parameters": .map(parameters),
            "not_before": .string(notBefore.description), "not_after": .string(notAfter.description),
        ]
    }

    /// The result of this request as the adapter itself knows it.
    func result(
        _ status: TaskResult.Status, reason: String? = nil, output: ValueMap = [:], started: Timestamp? = nil,
        finished: Timestamp
    ) -> TaskResult {
        TaskResult(
            task: id, run: run, action: action, host: host.description, status: status, reason: reason,
            output: output, started: started, finished: finished)
    }
}
