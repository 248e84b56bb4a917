import ExhaustCore

/// `links`: what is told of the host's network.
package struct LinkConfiguration: Sendable, Hashable {
    /// `events`: of what changes are told; by default of all.
    package var subjects = Set(NetworkSubject.allCases)
    /// `counters_interval`: how often the interfaces' counters are; default 60 s, `0s` for never.
    package var countersInterval: Duration = .seconds(60)

    init() {}
}

extension LinkConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case subjects = "events"
        case countersInterval = "counters_interval"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let named = try container.decodeIfPresent([NetworkSubject].self, forKey: .subjects) { subjects = Set(named) }
        countersInterval =
            try container.decodeIfPresent(Duration.self, forKey: .countersInterval) ?? countersInterval
        guard countersInterval == .zero || countersInterval >= .seconds(1) else {
            throw ValueCodingError(
                path: (decoder.codingPath + [CodingKeys.countersInterval]).texts,
                message: "must be at least 1s, or 0s for never")
        }
    }
}
