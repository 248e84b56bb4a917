package import ExhaustCore

/// Makes `exhaust.task` events.
package struct TaskEventMaker: Sendable {
    private let events: EventMaker
    private let key: SigningKey?
    private let keyEpoch: Int
    private let partitions: Int

    /// A maker that signs with `key`, whose epoch agents know; without a key it can only describe tasks.
    /// `partitions` is how many the installation has.
    package init(events: EventMaker, key: SigningKey?, keyEpoch: Int, partitions: Int) {
        self.events = events
        self.key = key
        self.keyEpoch = keyEpoch
        self.partitions = partitions
    }

    /// Whether it can sign.
    package var canSign: Bool { key != nil }

    /// The signed task that an agent runs. Throws `ExhaustError` if there is no key, or if an id or the action has a
    /// form that no agent would take.
    package func signed(_ request: TaskRequest) throws -> Event {
        guard let key else {
            throw ExhaustError(.configuration, "there is no key to sign tasks with", advice: "set signing_key_file")
        }
        let cause = request.cause
        let statement = TaskStatement(
            task: request.id, run: request.run, host: request.host, action: request.action,
            parameters: request.parameters, notBefore: request.notBefore, notAfter: request.notAfter,
            keyEpoch: keyEpoch, partition: cause.host.partition(of: partitions),
            chain: TaskStatement.Chain(
                correlation: cause.correlationID ?? cause.id, causation: cause.id, depth: cause.chainDepth ?? 0))
        return try event(of: request, data: statement.signed(by: [key]).data)
    }

    /// The task in plain words, which no agent runs: what pipe mode writes for adapters other than `agent`.
    package func described(_ request: TaskRequest) throws -> Event {
        try event(of: request, data: request.description)
    }

    private func event(of request: TaskRequest, data: ValueMap) throws -> Event {
        var event = try events.make(
            .task, host: request.host, time: request.notBefore, payload: data, causedBy: request.cause)
        event.extensions["expirytime"] = .string(request.notAfter.description)
        return event
    }
}
