import ExhaustCore

/// How events become a fact.
package enum Detector: Sendable {
    /// The first event that counts raises it.
    case match
    case threshold(Threshold)
    case count(Count)
    case rate(Rate)
    case distinct(Distinct)
    case absence(Absence)
    case sequence(Sequence)
    case change(Change)
    case new(New)
    case correlate(Correlate)
}

extension Detector {
    /// Whether facts have a value, which their summary may use.
    var hasValue: Bool { limit != nil }

    /// The limit that a fact names beside its value.
    var limit: Double? {
        switch self {
        case .threshold(let threshold): threshold.limit.level
        case .count(let count): Double(count.above)
        case .rate(let rate): rate.limit.level
        case .distinct(let distinct): Double(distinct.above)
        case .correlate(let correlate): Double(correlate.above)
        case .match, .absence, .sequence, .change, .new: nil
        }
    }

    /// Whether facts end by what the detector sees, so that a rule needs neither `clear` nor `ttl`.
    var clearsItself: Bool {
        switch self {
        case .threshold, .rate, .absence, .correlate: true
        case .change(let change): change.to != nil
        case .match, .count, .distinct, .sequence, .new: false
        }
    }
}

extension Detector: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case match, threshold, count, rate, distinct, absence, sequence, change, new, correlate
    }

    private enum NoKeys: CodingKey {}

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let found = CodingKeys.allCases.filter { values.contains($0) }
        guard let kind = found.first, found.count == 1 else {
            let names = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected exactly one of \(names)"))
        }
        switch kind {
        case .match:
            _ = try values.nestedContainer(keyedBy: NoKeys.self, forKey: .match)
            self = .match
        case .threshold: self = .threshold(try values.decode(Threshold.self, forKey: kind))
        case .count: self = .count(try values.decode(Count.self, forKey: kind))
        case .rate: self = .rate(try values.decode(Rate.self, forKey: kind))
        case .distinct: self = .distinct(try values.decode(Distinct.self, forKey: kind))
        case .absence: self = .absence(try values.decode(Absence.self, forKey: kind))
        case .sequence: self = .sequence(try values.decode(Sequence.self, forKey: kind))
        case .change: self = .change(try values.decode(Change.self, forKey: kind))
        case .new: self = .new(try values.decode(New.self, forKey: kind))
        case .correlate: self = .correlate(try values.decode(Correlate.self, forKey: kind))
        }
    }
}

extension Detector {
    /// The key under which it stands in a rule.
    var name: String {
        switch self {
        case .match: "match"
        case .threshold: "threshold"
        case .count: "count"
        case .rate: "rate"
        case .distinct: "distinct"
        case .absence: "absence"
        case .sequence: "sequence"
        case .change: "change"
        case .new: "new"
        case .correlate: "correlate"
        }
    }
}
