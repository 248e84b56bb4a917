/// What became of a task: the payload of `exhaust.result`.
public struct TaskResult: Codable, Sendable, Hashable {
    /// How the task ended.
    public enum Status: String, Codable, Sendable {
        case succeeded
        case failed
        /// The agent did not run it: the reason says which check it failed.
        case refused
        /// The agent cannot tell whether it ran to its end.
        case unknown
    }

    public var task: String
    public var run: String
    public var action: String
    public var host: String
    public var status: Status
    /// Why it failed or was refused.
    public var reason: String?
    /// Whether the host is different now.
    public var changed: Bool
    /// What the action reports, such as `running`, `manager`, `removed`.
    public var output: ValueMap
    public var started: Timestamp?
    public var finished: Timestamp
    /// The agent answered from its ledger; nothing ran this time.
    public var replayed: Bool

    /// A result; see the properties.
    public init(
        task: String, run: String, action: String, host: String, status: Status, reason: String? = nil,
        changed: Bool = false, output: ValueMap = [:], started: Timestamp? = nil, finished: Timestamp,
        replayed: Bool = false
    ) {
        self.task = task
        self.run = run
        self.action = action
        self.host = host
        self.status = status
        self.reason = reason
        self.changed = changed
        self.output = output
        self.started = started
        self.finished = finished
        self.replayed = replayed
    }
}
