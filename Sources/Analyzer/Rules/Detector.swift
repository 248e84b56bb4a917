package import ExhaustCore

/// How events become a fact.
package enum Detector: Sendable, Hashable {
    /// The first event that counts raises it.
    case match
    case threshold(Threshold)
    case count(Count)
    case absence(Absence)

    /// A number past a limit for a time.
    package struct Threshold: Sendable, Hashable, Decodable {
        /// The number, asked of each event.
        package let value: Expression
        /// Raise when the number is greater.
        package let above: Double?
        /// Raise when the number is smaller.
        package let below: Double?
        /// The level that the number must come back to; the limit itself unless given. Apart from the limit, it keeps
        /// a number that hovers there from flapping.
        package let clear: Double?
        /// How long all numbers must be past the limit; zero raises at the first.
        package let hold: Duration?

        enum CodingKeys: String, CodingKey {
            case value, above, below, clear
            case hold = "for"
        }
    }

    /// More than `above` events within `within`.
    package struct Count: Sendable, Hashable, Decodable {
        package let above: Int
        package let within: Duration
    }

    /// No event for `within`, of a key that was seen before.
    package struct Absence: Sendable, Hashable, Decodable {
        package let within: Duration
    }
}

extension Detector {
    /// Whether facts have a value, which their summary may use.
    var hasValue: Bool {
        switch self {
        case .threshold, .count: true
        case .match, .absence: false
        }
    }
}

extension Detector.Threshold {
    /// The limit, on whichever side it is.
    package var limit: Double { above ?? below ?? 0 }

    /// Whether `number` is past the limit.
    package func isPast(_ number: Double) -> Bool {
        if let above { return number > above }
        return number < limit
    }

    /// Whether `number` is back at the level that clears.
    package func isBack(_ number: Double) -> Bool {
        above != nil ? number <= clear ?? limit : number >= clear ?? limit
    }
}

extension Detector: Decodable {
    private enum CodingKeys: String, CodingKey { case match, threshold, count, absence }
    private enum NoKeys: CodingKey {}

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        var found: [Detector] = []
        if values.contains(.match) {
            _ = try values.nestedContainer(keyedBy: NoKeys.self, forKey: .match)
            found.append(.match)
        }
        if let threshold = try values.decodeIfPresent(Threshold.self, forKey: .threshold) {
            found.append(.threshold(threshold))
        }
        if let count = try values.decodeIfPresent(Count.self, forKey: .count) { found.append(.count(count)) }
        if let absence = try values.decodeIfPresent(Absence.self, forKey: .absence) { found.append(.absence(absence)) }
        guard let detector = found.first, found.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected exactly one of match, threshold, count and absence"))
        }
        self = detector
    }
}
