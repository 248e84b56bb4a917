package import ExhaustCore

/// A named graph of tasks, checked and ready to run.
package struct Workflow: Sendable {
    /// Lower-case letters, digits and hyphens.
    package let name: String
    /// The typed inputs, in the order of the file.
    package let inputs: [WorkflowInput]
    /// After this span a run ends as failed, whatever its tasks do.
    package let timeout: Duration
    /// The tasks, in the order of the file; `needs` refers to them by index.
    package let tasks: [WorkflowTask]
}

/// One task of a workflow.
package struct WorkflowTask: Sendable {
    /// An identifier; `tasks.<name>.output` in later tasks.
    package let name: String
    /// The adapter's name, and the action as that adapter knows it.
    package let adapter: String
    package let action: String
    /// Renders to the id of the host that acts; `nil` where the adapter needs none.
    package let host: ValueTemplate?
    /// Renders to the map of the action's parameters.
    package let parameters: ValueTemplate
    /// Indexes of the tasks that must have succeeded, or been skipped, before.
    package let needs: [Int]
    /// Where it gives false the task is skipped.
    package let condition: Expression?
    /// How long one attempt may take.
    package let timeout: Duration
    package let retry: RetryPolicy
}

/// When and how often a failed task is tried again.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts after the first one.
    package var max: Int
    /// The wait before the first of them, and the factor by which each later wait is longer.
    package var delay: Duration
    package var backoff: Double

    /// One attempt and no more.
    package static let never = RetryPolicy(max: 0, delay: .seconds(1), backoff: 1)

    private static let longestDelay = Duration.seconds(3600)

    /// The wait after attempt `attempt` (from 1) failed, at most an hour; `nil` if there is no further attempt.
    package func delay(after attempt: Int) -> Duration? {
        guard attempt <= max else { return nil }
        var wait = delay
        for _ in 1..<Swift.max(attempt, 1) where wait < Self.longestDelay { wait = wait * backoff }
        return min(wait, Self.longestDelay)
    }
}
