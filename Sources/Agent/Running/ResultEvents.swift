import ExhaustCore
import ExhaustRuntime

/// Makes the events that carry results.
struct ResultEvents: Sendable {
    private let host: HostID
    private var factory: EventFactory

    init(host: HostID, factory: EventFactory) {
        self.host = host
        self.factory = factory
    }

    /// The event of the result of `task`.
    mutating func event(_ result: TaskResult, of task: TaskStatement, at now: Timestamp) throws -> Event {
        var event = try factory.event(.result, host: host, time: now, payload: result)
        event.causationID = task.task
        event.correlationID = task.chain.correlation
        event.chainDepth = task.chain.depth
        event.extensions["partition"] = .int(Int64(task.partition))
        return event
    }

    /// The event of a refusal. What cannot be verified is repeated as claimed, so that an honest sender with a wrong
    /// key learns of it; `unverified` in the output says that nobody vouches for the names.
    mutating func refusal(
        _ refusal: Refusal, of claim: TaskStatement?, isVerified: Bool, answering cause: Event, at now: Timestamp
    ) throws -> Event {
        var output: ValueMap = ["detail": .string(OutputText.clean(refusal.detail.utf8))]
        if !isVerified { output["unverified"] = true }
        let result = TaskResult(
            task: claim?.task ?? "", run: claim?.run ?? "", action: claim?.action ?? "", host: host.description,
            status: .refused, reason: refusal.reason.rawValue, output: output, finished: now)
        if let claim { return try event(result, of: claim, at: now) }
        var event = try factory.event(.result, host: host, time: now, payload: result, cause: cause)
        event.extensions["partition"] = cause.extensions["partition"]
        return event
    }
}
