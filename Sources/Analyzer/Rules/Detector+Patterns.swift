package import ExhaustCore

/// The detectors that look at which events come, and in which order.
extension Detector {
    /// No event of a key that was seen before, for longer than is due.
    package struct Absence: Sendable {
        package let due: Due

        /// When the next event is due.
        package enum Due: Sendable {
            case within(Duration)
            case learned(Learned)
        }

        /// A due time that the key's own gaps teach: `factor` times the longest that are usual.
        package struct Learned: Sendable {
            package let factor: Double
            package let atLeast: Duration
            package let atMost: Duration
        }
    }

    /// Events that come in the order of `steps`, all within `within`.
    package struct Sequence: Sendable, Decodable {
        package let within: Duration
        package let steps: [Step]

        /// One step: `times` events for which `condition` holds.
        package struct Step: Sendable {
            package let condition: Expression
            /// The stream of its events; the rule's own unless given.
            package let stream: EventType?
            package let times: Int
        }
    }

    /// A value that is another than it was.
    package struct Change: Sendable, Decodable {
        package let of: Expression
        /// What it must have been.
        package let from: Value?
        /// What it must have become; the fact ends when it is that no more.
        package let to: Value?
    }

    /// A value that was never seen for the key. Each is a fact of its own.
    package struct New: Sendable {
        package let of: Expression
        /// Values that come within this of the key's first event are taken as known.
        package let learn: Duration?
        /// Values that are remembered exactly; beyond that a sketch remembers.
        package let cap: Int
    }

    /// Facts that come together, and so have one root.
    package struct Correlate: Sendable {
        /// Which facts count; sees `fact`.
        package let facts: Expression
        /// What those facts must share beside the host; sees `fact`.
        package let by: Expression?
        package let above: Int
        package let within: Duration
        /// Whether policies leave the children to the root.
        package let suppress: Bool
    }
}

extension Detector.Absence: Decodable {
    private enum CodingKeys: CodingKey { case within, learned }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let within = try values.decodeIfPresent(Duration.self, forKey: .within)
        let learned = try values.decodeIfPresent(Learned.self, forKey: .learned)
        switch (within, learned) {
        case (let within?, nil): due = .within(within)
        case (nil, let learned?): due = .learned(learned)
        default:
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected either within or learned"))
        }
    }
}

extension Detector.Absence.Learned: Decodable {
    private enum CodingKeys: String, CodingKey {
        case factor
        case atLeast = "at_least"
        case atMost = "at_most"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        factor = try values.decodeIfPresent(Double.self, forKey: .factor) ?? 3
        atLeast = try values.decodeIfPresent(Duration.self, forKey: .atLeast) ?? .seconds(60)
        atMost = try values.decodeIfPresent(Duration.self, forKey: .atMost) ?? .seconds(86_400)
    }
}

extension Detector.Sequence.Step: Decodable {
    private enum CodingKeys: String, CodingKey {
        case on, times
        case condition = "where"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        condition = try values.decode(Expression.self, forKey: .condition)
        stream = try values.decodeIfPresent(String.self, forKey: .on).map { EventType(rawValue: $0) }
        times = try values.decodeIfPresent(Int.self, forKey: .times) ?? 1
    }
}

extension Detector.New: Decodable {
    private enum CodingKeys: CodingKey { case of, learn, cap }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        of = try values.decode(Expression.self, forKey: .of)
        learn = try values.decodeIfPresent(Duration.self, forKey: .learn)
        cap = try values.decodeIfPresent(Int.self, forKey: .cap) ?? 1000
    }
}

extension Detector.Correlate: Decodable {
    private enum CodingKeys: CodingKey { case facts, by, above, within, suppress }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        facts = try values.decode(Expression.self, forKey: .facts)
        by = try values.decodeIfPresent(Expression.self, forKey: .by)
        above = try values.decode(Int.self, forKey: .above)
        within = try values.decode(Duration.self, forKey: .within)
        suppress = try values.decodeIfPresent(Bool.self, forKey: .suppress) ?? false
    }
}
