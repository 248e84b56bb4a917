/// One step of a workflow's run: the payload of `exhaust.run`, journalled before its effect.
public struct Run: Codable, Sendable, Hashable {
    /// What the step was.
    public enum State: String, Codable, Sendable {
        case started
        case taskSent = "task-sent"
        case taskSucceeded = "task-succeeded"
        case taskFailed = "task-failed"
        case taskRetrying = "task-retrying"
        case succeeded
        case failed

        /// Whether the run ends with it.
        public var isFinal: Bool { self == .succeeded || self == .failed }
    }

    /// The run's id, which is the action's.
    public var run: String
    public var workflow: String
    public var state: State
    public var host: String
    /// The task's name in the workflow and its id, for steps that are about a task.
    public var task: String?
    public var taskID: String?
    /// Which attempt at the task, from 1.
    public var attempt: Int?
    /// Why it failed or is tried again.
    public var reason: String?
    /// What a task that succeeded reported: the journal alone is enough to go on with the run.
    public var output: ValueMap?

    enum CodingKeys: String, CodingKey {
        case run, workflow, state, host, task, attempt, reason, output
        case taskID = "task_id"
    }

    /// A step of a run; see the properties.
    public init(
        run: String, workflow: String, state: State, host: String, task: String? = nil, taskID: String? = nil,
        attempt: Int? = nil, reason: String? = nil, output: ValueMap? = nil
    ) {
        self.run = run
        self.workflow = workflow
        self.state = state
        self.host = host
        self.task = task
        self.taskID = taskID
        self.attempt = attempt
        self.reason = reason
        self.output = output
    }
}
