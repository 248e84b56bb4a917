import ExhaustCore

/// A fact that was raised and not yet cleared.
struct OpenFact: Sendable {
    /// The payload as it was last told, with evidence that came since.
    var fact: Fact
    let host: HostID
    /// The values of the rule's key.
    let keys: [Value]
    /// The causal chain: where it began, and how many actions ago.
    let correlationID: String
    let chainDepth: Int
    /// When the latest evidence was handled, and when the fact was last told.
    var touched: Timestamp
    var told: Timestamp
    var clearing = ClearProgress()

    /// The fact as `fact` in expressions.
    var binding: Value {
        [
            "name": .string(fact.name), "key": .string(fact.key), "keys": .list(keys), "host": .string(fact.host),
            "subject": .string(fact.subject), "severity": .string(fact.severity.rawValue),
            "value": fact.value.map { .double($0) } ?? .null, "first": .timestamp(fact.first),
            "last": .timestamp(fact.last),
        ]
    }

    /// Adds an event that shows the fact.
    mutating func add(_ sample: Sample, limits: Limits) {
        // It may come again after a crash.
        if fact.evidence.contains(sample.event.identity) { return }
        fact.evidence = fact.evidence.suffix(limits.evidence - 1) + [sample.event.identity]
        fact.first = min(fact.first, sample.time)
        fact.last = max(fact.last, sample.time)
        fact.value = sample.value ?? fact.value
        touched = max(touched, sample.now)
        clearing.contradict(at: sample.time, accuracy: limits.accuracy)
    }
}
