/// What the orchestrator signs: one action on one host, once, within a few minutes.
public struct TaskStatement: Codable, Sendable, Hashable {
    /// Where the task stands in its causal chain.
    public struct Chain: Codable, Sendable, Hashable {
        /// The event with which the chain began.
        public var correlation: String
        /// The event that directly caused the task.
        public var causation: String
        /// How many actions lie between the chain's beginning and the task.
        public var depth: Int

        /// A place in a chain.
        public init(correlation: String, causation: String, depth: Int) {
            self.correlation = correlation
            self.causation = causation
            self.depth = depth
        }
    }

    /// The task's id, used once: 1 to 64 letters, digits, `-` and `_`; usually a ULID.
    public var task: String
    /// The run that it belongs to.
    public var run: String
    /// The only host that may run it.
    public var host: String
    /// What to do, such as `service.restart`; the part before the first dot is its class.
    public var action: String
    /// The action's own parameters.
    public var parameters: ValueMap
    /// It must not start before this moment,
    public var notBefore: Timestamp
    /// nor after this one; at most 15 minutes later.
    public var notAfter: Timestamp
    /// The epoch of the key that signs it: a key's later epoch makes its earlier tasks void.
    public var keyEpoch: Int
    /// The partition of the run, which routes the result back.
    public var partition: Int
    /// Its place in the causal chain.
    public var chain: Chain
    /// Ids of approvals that the run was given; not proof of any.
    public var approvals: [String]

    enum CodingKeys: String, CodingKey {
        case task, run, host, action, parameters
        case notBefore = "not_before"
        case notAfter = "not_after"
        case keyEpoch = "key_epoch"
        case partition, chain, approvals
    }

    /// A task; see the properties.
    public init(
        task: String, run: String, host: HostID, action: String, parameters: ValueMap, notBefore: Timestamp,
        notAfter: Timestamp, keyEpoch: Int, partition: Int, chain: Chain, approvals: [String] = []
    ) {
        self.task = task
        self.run = run
        self.host = host.description
        self.action = action
        self.parameters = parameters
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.keyEpoch = keyEpoch
        self.partition = partition
        self.chain = chain
        self.approvals = approvals
    }
}
