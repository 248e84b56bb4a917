import ExhaustCore
import ExhaustRuntime

/// Makes the events that tell of facts.
struct FactMaker: Sendable {
    private(set) var factory: EventFactory
    /// The events that told of facts that are raised again, by the facts' keys, oldest first: they are the same.
    var told: [String: [EventIdentity]] = [:]
    /// By episode, who told of it.
    private var tellers: [String: String] = [:]

    init(_ factory: EventFactory) { self.factory = factory }

    /// A fact that is to be raised.
    mutating func fact(
        _ rule: Rule, _ key: FactKey, _ ground: Ground, _ episode: Episode,
        texts: (subject: String, summary: String?), at time: Timestamp
    ) -> OpenFact {
        let id = takeEpisode(key.text) ?? factory.id(at: time)
        let fact = Fact(
            name: rule.fact, transition: .raised, key: key.text, keys: key.values, episode: id,
            host: ground.host.description, subject: texts.subject, severity: rule.severity, summary: texts.summary,
            value: episode.value, limit: rule.detector.limit, first: episode.first, last: episode.last,
            evidence: episode.evidence)
        let event = ground.sample?.event
        return OpenFact(
            fact: fact, host: ground.host, correlationID: event?.correlationID ?? id,
            chainDepth: event?.chainDepth ?? 0, told: time)
    }

    private mutating func takeEpisode(_ key: String) -> String? {
        guard let known = told[key]?.first else { return nil }
        told[key]?.removeFirst()
        tellers[known.id] = known.source
        return known.id
    }

    /// The event that tells of `open` as it is. `cause` is the event that led to it.
    mutating func event(_ open: OpenFact, cause: EventIdentity?, at time: Timestamp) throws(ExhaustError) -> Event {
        let id = open.fact.transition == .raised ? open.fact.episode : nil
        var event = try factory.event(.fact, host: open.host, time: time, payload: open.fact, id: id)
        if let id, let teller = tellers[id] { event.source = teller }
        event.severityNumber = open.fact.severity.number
        event.causationID = cause.map { "\($0.source) \($0.id)" }
        event.correlationID = open.correlationID
        event.chainDepth = open.chainDepth
        return event
    }
}

/// What a fact is raised on.
struct Ground: Sendable {
    let host: HostID
    /// The event at hand; the facts that the analyzer knows by itself have none.
    var sample: Sample?
    /// The fact that led to a root, as `fact`.
    var child: Value?
}
