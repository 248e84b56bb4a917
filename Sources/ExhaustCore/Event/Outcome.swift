/// How an action ended as the telemetry shows it: the payload of `exhaust.outcome`. Every action has exactly one.
public struct Outcome: Codable, Sendable, Hashable {
    public enum Verdict: String, Codable, Sendable, CaseIterable {
        /// The fact cleared in time and stayed cleared.
        case verified
        /// The fact did not clear, or came back.
        case ineffective
        /// The telemetry that would show it is silent.
        case unknown
    }

    public var verdict: Verdict
    public var reason: String
    public var policy: String
    public var workflow: String
    public var action: String
    public var fact: String
    public var key: String
    public var episode: String
    public var host: String
    public var subject: String
    /// When the event happened that raised the fact, the action was decided, and the fact cleared.
    public var faultTime: Timestamp
    public var actionTime: Timestamp
    public var clearedTime: Timestamp?

    enum CodingKeys: String, CodingKey {
        case verdict, reason, policy, workflow, action, fact, key, episode, host, subject
        case faultTime = "fault_time"
        case actionTime = "action_time"
        case clearedTime = "cleared_time"
    }

    /// The outcome of `action`; see the properties.
    public init(
        verdict: Verdict, reason: String, action: String, order: Action, fact: String, faultTime: Timestamp,
        actionTime: Timestamp, clearedTime: Timestamp?
    ) {
        self.verdict = verdict
        self.reason = reason
        self.policy = order.policy
        self.workflow = order.workflow
        self.action = action
        self.fact = fact
        self.key = order.key
        self.episode = order.episode
        self.host = order.host
        self.subject = order.subject
        self.faultTime = faultTime
        self.actionTime = actionTime
        self.clearedTime = clearedTime
    }
}
