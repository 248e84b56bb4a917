package import ExhaustCore

/// What shows that a fact is over.
package struct ClearCondition: Sendable, Hashable, Decodable {
    /// The stream that shows it; the rule's own unless given.
    package let stream: EventType?
    /// What must hold of its events.
    package let condition: Expression?
    /// How long it must hold in every event of the stream; zero clears at the first.
    package let hold: Duration?

    private enum CodingKeys: String, CodingKey {
        case on
        case condition = "where"
        case hold = "for"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        stream = try values.decodeIfPresent(String.self, forKey: .on).map { EventType(rawValue: $0) }
        condition = try values.decodeIfPresent(Expression.self, forKey: .condition)
        hold = try values.decodeIfPresent(Duration.self, forKey: .hold)
    }
}
