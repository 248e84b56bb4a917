/// What the activator made of a fact: the payload of `exhaust.decision`. Refusals are decisions too.
public struct Decision: Codable, Sendable, Hashable {
    public enum Verdict: String, Codable, Sendable { case acted, declined }

    public var policy: String
    public var verdict: Verdict
    /// Why it was declined: `shadow`, `awaiting approval`, `cooldown`, `busy`, `chain depth`, `stale`.
    public var reason: String?
    public var fact: String
    public var key: String
    public var episode: String
    public var host: String
    public var subject: String
    public var workflow: String
    /// The id of the action event, if it acted.
    public var action: String?

    /// A decision; see the properties.
    public init(
        policy: String, verdict: Verdict, reason: String? = nil, fact: Fact, workflow: String, action: String? = nil
    ) {
        self.policy = policy
        self.verdict = verdict
        self.reason = reason
        self.fact = fact.name
        self.key = fact.key
        self.episode = fact.episode
        self.host = fact.host
        self.subject = fact.subject
        self.workflow = workflow
        self.action = action
    }
}

/// The order to run a workflow: the payload of `exhaust.action`. The event's id names both the action and its run.
public struct Action: Codable, Sendable, Hashable {
    public var workflow: String
    public var inputs: ValueMap
    public var policy: String
    public var key: String
    public var episode: String
    public var host: String
    public var subject: String
    /// After this moment the action is stale and must not start.
    public var notAfter: Timestamp

    enum CodingKeys: String, CodingKey {
        case workflow, inputs, policy, key, episode, host, subject
        case notAfter = "not_after"
    }

    /// An action; see the properties.
    public init(workflow: String, inputs: ValueMap, policy: String, fact: Fact, notAfter: Timestamp) {
        self.workflow = workflow
        self.inputs = inputs
        self.policy = policy
        self.key = fact.key
        self.episode = fact.episode
        self.host = fact.host
        self.subject = fact.subject
        self.notAfter = notAfter
    }
}
