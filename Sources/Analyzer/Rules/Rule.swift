package import ExhaustCore

/// One rule of the analyzer: what in the telemetry shows a fact, and what shows that it is over.
package struct Rule: Sendable, Hashable {
    /// The name of the fact that it raises; unique among all rules.
    package let fact: String
    /// The stream that it watches.
    package let stream: EventType
    /// A list in the event, each element of which is judged by itself and bound to `item`.
    package let each: Expression?
    /// What must hold of an event, or an item, for it to count.
    package let condition: Expression?
    /// What tells one occurrence from another; one fact is open a key.
    package let key: [Expression]
    package let detector: Detector
    package let clear: ClearCondition?
    package let subject: Template
    package let severity: Severity
    package let summary: Template?
    /// After this long without evidence the fact is cleared.
    package let ttl: Duration?
    package var tests: [RuleTest]

    /// Whether a running state of `other` serves this rule too.
    package func isSameLogic(as other: Rule) -> Bool {
        var (left, right) = (self, other)
        left.tests = []
        right.tests = []
        return left == right
    }

    /// Whether evaluating `clear` needs to know the open fact.
    var clearAsksForFact: Bool { clear?.condition?.identifiers.contains("fact") ?? false }
}

extension Rule: Decodable {
    private enum CodingKeys: String, CodingKey {
        case fact, on, each, key, detect, clear, subject, severity, summary, ttl, tests
        case condition = "where"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        fact = try values.decode(String.self, forKey: .fact)
        stream = EventType(rawValue: try values.decode(String.self, forKey: .on))
        each = try values.decodeIfPresent(Expression.self, forKey: .each)
        condition = try values.decodeIfPresent(Expression.self, forKey: .condition)
        key = try values.decodeIfPresent([Expression].self, forKey: .key) ?? [Expression.parse("host")]
        detector = try values.decodeIfPresent(Detector.self, forKey: .detect) ?? .match
        clear = try values.decodeIfPresent(ClearCondition.self, forKey: .clear)
        subject = try values.decodeIfPresent(Template.self, forKey: .subject) ?? Template.parse("{{ host }}")
        severity = try Self.severity(try values.decodeIfPresent(String.self, forKey: .severity), decoder.codingPath)
        summary = try values.decodeIfPresent(Template.self, forKey: .summary)
        ttl = try values.decodeIfPresent(Duration.self, forKey: .ttl)
        tests = try values.decodeIfPresent([RuleTest].self, forKey: .tests) ?? []
    }

    private static func severity(_ name: String?, _ rule: [any CodingKey]) throws -> Severity {
        guard let name else { return .warning }
        if let severity = Severity(rawValue: name) { return severity }
        let path = rule.map { step in step.intValue.map { "[\($0)]" } ?? step.stringValue }
        let known = Severity.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValueCodingError(path: path + ["severity"], message: "expected one of \(known), found '\(name)'")
    }
}
