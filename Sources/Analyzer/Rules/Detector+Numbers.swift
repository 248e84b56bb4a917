package import ExhaustCore

/// The detectors that compare a number with a limit.
extension Detector {
    /// A level on one side of which a number counts, and the one at which it counts no more.
    package struct Limit: Sendable, Decodable {
        /// Raise when the number is greater.
        package let above: Double?
        /// Raise when the number is smaller.
        package let below: Double?
        /// The level that the number must come back to; the limit itself unless given. Apart from the limit, it keeps
        /// a number that hovers there from flapping.
        package let clear: Double?

        /// The limit, on whichever side it is.
        package var level: Double { above ?? below ?? 0 }

        /// Whether `number` is past the limit.
        package func isPast(_ number: Double) -> Bool {
            if let above { return number > above }
            return number < level
        }

        /// Whether `number` is back at the level that clears.
        package func isBack(_ number: Double) -> Bool {
            above != nil ? number <= clear ?? level : number >= clear ?? level
        }
    }

    /// A number past a limit for a time.
    package struct Threshold: Sendable {
        /// The number, asked of each event.
        package let value: Expression
        package let limit: Limit
        /// How long all numbers must be past the limit; zero raises at the first.
        package let hold: Duration?
    }

    /// More than `above` events within `within`.
    package struct Count: Sendable, Decodable {
        package let above: Int
        package let within: Duration
    }

    /// Events, or a number summed over them, by time.
    package struct Rate: Sendable {
        package let limit: Limit
        /// The time by which the rate is told, a second unless given.
        package let per: Duration
        /// The sliding window over which it is taken.
        package let within: Duration
        /// The number to sum; without it every event counts as one.
        package let of: Expression?

        /// The rate that a sum over the window stands for.
        package func rate(ofSum sum: Double) -> Double { sum / (within / per) }
    }

    /// More than `above` different values of `of` within `within`.
    package struct Distinct: Sendable, Decodable {
        package let of: Expression
        package let above: Int
        package let within: Duration
    }
}

extension Detector.Threshold: Decodable {
    private enum CodingKeys: String, CodingKey {
        case value
        case hold = "for"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        value = try values.decode(Expression.self, forKey: .value)
        hold = try values.decodeIfPresent(Duration.self, forKey: .hold)
        limit = try Detector.Limit(from: decoder)
    }
}

extension Detector.Rate: Decodable {
    private enum CodingKeys: CodingKey { case per, within, of }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        per = try values.decodeIfPresent(Duration.self, forKey: .per) ?? .seconds(1)
        within = try values.decode(Duration.self, forKey: .within)
        of = try values.decodeIfPresent(Expression.self, forKey: .of)
        limit = try Detector.Limit(from: decoder)
    }
}
