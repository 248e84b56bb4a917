import ExhaustCore
import ExhaustRuntime

/// Makes the events that tell of facts.
struct FactMaker: Sendable {
    private var factory: EventFactory

    init(_ factory: EventFactory) { self.factory = factory }

    /// The fact that `sample` raises, with the event that tells so.
    mutating func raise(
        _ rule: Rule, _ key: FactKey, _ sample: Sample, _ shown: (evidence: [EventIdentity], first: Timestamp),
        value: Double?, texts: (subject: String, summary: String?), at time: Timestamp
    ) throws(ExhaustError) -> (open: OpenFact, event: Event) {
        let event = sample.event
        let episode = factory.id(at: time)
        let fact = Fact(
            name: rule.fact, transition: .raised, key: key.text, keys: key.values, episode: episode,
            host: event.host.description,
            subject: texts.subject, severity: rule.severity, summary: texts.summary, value: value,
            limit: rule.detector.limit, first: shown.first, last: sample.time, evidence: shown.evidence)
        let open = OpenFact(
            fact: fact, host: event.host, keys: key.values, correlationID: event.correlationID ?? episode,
            chainDepth: event.chainDepth ?? 0, touched: max(sample.now, time), told: time)
        return (open, try self.event(open, cause: shown.evidence.last, at: time, id: episode))
    }

    /// The event that tells of `open` as it is. `cause` is the event that led to it.
    mutating func event(
        _ open: OpenFact, cause: EventIdentity?, at time: Timestamp, id: String? = nil
    ) throws(ExhaustError) -> Event {
        var event = try factory.event(.fact, host: open.host, time: time, payload: open.fact, id: id)
        event.severityNumber = open.fact.severity.number
        event.causationID = cause.map { "\($0.source) \($0.id)" }
        event.correlationID = open.correlationID
        event.chainDepth = open.chainDepth
        return event
    }
}

extension Detector {
    /// The limit that a fact names beside its value.
    fileprivate var limit: Double? {
        switch self {
        case .threshold(let threshold): threshold.limit
        case .count(let count): Double(count.above)
        case .match, .absence: nil
        }
    }
}
