import ExhaustCore

/// A fact that was raised and not yet cleared.
struct OpenFact: Sendable, Codable {
    /// The payload as it was last told, with the numbers that came since.
    var fact: Fact
    let host: HostID
    /// The causal chain: where it began, and how many actions ago.
    let correlationID: String
    let chainDepth: Int
    /// When the fact was last told.
    var told: Timestamp
    /// The rules and keys of the roots that it belongs to.
    var roots: [Root] = []

    struct Root: Sendable, Codable {
        let fact: String
        let key: String
    }

    /// The fact as `fact` in expressions.
    var binding: Value {
        [
            "name": .string(fact.name), "key": .string(fact.key), "keys": .list(fact.keys ?? []),
            "host": .string(fact.host), "subject": .string(fact.subject),
            "severity": .string(fact.severity.rawValue), "value": fact.value.map { .double($0) } ?? .null,
            "first": .timestamp(fact.first), "last": .timestamp(fact.last),
        ]
    }
}
