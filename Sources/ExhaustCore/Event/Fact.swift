/// What is, as the analyzer concludes it: the payload of `exhaust.fact`.
public struct Fact: Codable, Sendable, Hashable {
    /// Facts are edge-triggered: one `raised`, any number of `updated`, one `cleared`.
    public enum Transition: String, Codable, Sendable { case raised, updated, cleared }

    /// The rule's name for it, such as `service-down`.
    public var name: String
    public var transition: Transition
    /// The name with the values of the rule's key: one fact is open a key.
    public var key: String
    /// The values of the rule's key, as the rule computed them.
    public var keys: [Value]?
    /// The id of the `raised` event; all transitions of one occurrence share it.
    public var episode: String
    public var host: String
    /// What on the host it is about: a service, a mount point.
    public var subject: String
    public var severity: Severity
    public var summary: String?
    /// What was measured, and the limit that it passed, where the detector compares numbers.
    public var value: Double?
    public var limit: Double?
    /// Times of the first and the latest event that showed it.
    public var first: Timestamp
    public var last: Timestamp
    /// The events that showed it, latest last, at most ten.
    public var evidence: [EventIdentity]
    /// True while it comes and goes too often (Nagios' method).
    public var flapping: Bool?
    /// The episode of the root fact that it is a part of.
    public var parent: String?
    /// True if policies are to leave it to the root.
    public var suppressed: Bool?

    /// A fact; see the properties.
    public init(
        name: String, transition: Transition, key: String, keys: [Value]? = nil, episode: String, host: String,
        subject: String, severity: Severity, summary: String? = nil, value: Double? = nil, limit: Double? = nil,
        first: Timestamp, last: Timestamp, evidence: [EventIdentity]
    ) {
        self.name = name
        self.transition = transition
        self.key = key
        self.keys = keys
        self.episode = episode
        self.host = host
        self.subject = subject
        self.severity = severity
        self.summary = summary
        self.value = value
        self.limit = limit
        self.first = first
        self.last = last
        self.evidence = evidence
    }
}

/// How bad a fact is; also the last word of its routing key.
public enum Severity: String, Codable, Sendable, CaseIterable {
    case debug, info, warning, error, critical

    /// OpenTelemetry's severity number for it (logs data model, "SeverityNumber").
    public var number: Int {
        switch self {
        case .debug: 5
        case .info: 9
        case .warning: 13
        case .error: 17
        case .critical: 21
        }
    }
}
