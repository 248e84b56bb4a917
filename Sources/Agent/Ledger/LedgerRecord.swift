package import ExhaustCore

/// One line of the ledger: a step of a task, or the time.
package struct LedgerRecord: Codable, Sendable, Hashable {
    /// What happened.
    package enum Step: String, Codable, Sendable {
        /// The task passed every check; it will run.
        case accepted
        /// It runs from now on.
        case started
        /// It ended with `result`.
        case finished
        /// The result was confirmed by the broker.
        case published
        /// Nothing but a moment that has certainly passed, as a floor for the clock.
        case clock
    }

    package var step: Step
    /// When, by this host's clock; with `clock` the moment itself.
    package var at: Timestamp
    /// The task's id, except for `clock`.
    package var task: String?
    /// With `accepted`: the task as signed.
    package var statement: TaskStatement?
    /// With `finished`: what became of it.
    package var result: TaskResult?

    package init(
        _ step: Step, at: Timestamp, task: String? = nil, statement: TaskStatement? = nil, result: TaskResult? = nil
    ) {
        self.step = step
        self.at = at
        self.task = task
        self.statement = statement
        self.result = result
    }
}
