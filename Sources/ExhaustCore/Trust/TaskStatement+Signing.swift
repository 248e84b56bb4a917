extension TaskStatement {
    /// The media type of a signed task.
    public static let payloadType = "application/vnd.exhaust.task.v1+json"
    /// The longest time between `notBefore` and `notAfter`.
    public static let longestWindow: Duration = .seconds(15 * 60)
    /// How deep the JSON of a task may nest.
    public static let depthLimit = 16

    /// The task in an envelope that `keys` sign: the data of an `exhaust.task` event.
    public func signed(by keys: [SigningKey]) throws -> DSSEEnvelope {
        try validate()
        let bytes = JSONWriter.bytes(of: try ValueEncoder().encode(self))
        return try DSSEEnvelope(signing: bytes, type: Self.payloadType, by: keys)
    }

    /// Reads a task from bytes whose signature was checked. Throws on another payload type, on JSON with duplicate
    /// keys, unknown members or too much depth, and on ids of another form.
    public init(_ payload: VerifiedPayload) throws {
        guard payload.type == Self.payloadType else {
            throw ExhaustError(.invalidData, "the payload is not a task: \(payload.type)")
        }
        try self.init(strictly: payload.bytes)
        try validate()
    }

    /// What an envelope *claims* to be, for a refusal that names its task. Nobody has vouched for any of it.
    public static func claimed(in envelope: DSSEEnvelope) -> TaskStatement? {
        // What is wrong with it is said by whoever reads it in earnest.
        guard let claim = try? TaskStatement(strictly: envelope.payload), (try? claim.validate()) != nil else {
            return nil
        }
        return claim
    }

    private init(strictly bytes: [UInt8]) throws {
        let value = try JSONReader.parse(bytes, limits: JSONReader.Limits(depth: Self.depthLimit))
        self = try ValueDecoder(strict: true).decode(TaskStatement.self, from: value)
    }

    /// Throws unless every id has the form that it must have; times are the agent's to judge.
    public func validate() throws {
        try Self.require(Self.isIdentifier(task), "task", task)
        try Self.require(Self.isIdentifier(run), "run", run)
        try Self.require(HostID(host) != nil, "host", host)
        try Self.require(Self.isAction(action), "action", action)
        try Self.require(notBefore < notAfter, "not_after", notAfter.description)
        try Self.require(keyEpoch >= 0, "key_epoch", "\(keyEpoch)")
        try Self.require((0...0xffff).contains(partition), "partition", "\(partition)")
        try Self.require((0...1000).contains(chain.depth), "chain.depth", "\(chain.depth)")
        try Self.require(chain.correlation.utf8.count <= 128, "chain.correlation", "over 128 bytes")
        try Self.require(chain.causation.utf8.count <= 128, "chain.causation", "over 128 bytes")
        try Self.require(approvals.count <= 16, "approvals", "\(approvals.count) of them")
    }

    private static func require(_ condition: Bool, _ name: String, _ found: String) throws {
        guard condition else {
            throw ExhaustError(.invalidData, "the task's \(name) is not valid: \(found.prefix(80).debugDescription)")
        }
    }

    private static func isIdentifier(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 45 || $0 == 95 }
    }

    /// Two or more words of lower-case letters, digits and `-`, joined by dots.
    private static func isAction(_ text: String) -> Bool {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        return words.count >= 2 && text.utf8.count <= 64
            && words.allSatisfy { word in
                !word.isEmpty && word.utf8.allSatisfy { isAlphanumeric($0) && !(65...90).contains($0) || $0 == 45 }
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
