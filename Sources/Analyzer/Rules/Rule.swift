package import ExhaustCore

/// One rule of the analyzer: what in the telemetry shows a fact, and what shows that it is over.
package struct Rule: Sendable {
    /// The name of the fact that it raises; unique among all rules.
    package var fact: String
    /// The stream that it watches.
    package var stream: EventType
    /// A list in the event, each element of which is judged by itself and bound to `item`.
    package var each: Expression?
    /// What must hold of an event, or an item, for it to count.
    package var condition: (any EventCondition)?
    /// What tells one occurrence from another; one fact is open a key.
    package var key: [Expression]
    package var detector = Detector.match
    package var clear: ClearCondition?
    /// What on the host it is about; the host itself unless given.
    package var subject: Template?
    package var severity = Severity.warning
    package var summary: Template?
    /// After this long without evidence the fact is cleared.
    package var ttl: Duration?
    /// Why anyone should care, in a line.
    package var reason: String?
    package var tests: [RuleTest] = []
    /// The rule as it was written, without what makes no difference to its facts.
    package var logic = ""

    /// Whether a running state of `other` serves this rule too.
    package func isSameLogic(as other: Rule) -> Bool { fact == other.fact && logic == other.logic }

    /// Whether evaluating `clear` needs to know the open fact.
    var clearAsksForFact: Bool { clear?.condition?.identifiers.contains("fact") ?? false }
}

extension Rule: Decodable {
    private enum CodingKeys: String, CodingKey {
        case fact, on, each, key, detect, clear, subject, severity, summary, ttl, reason, tests
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
        subject = try values.decodeIfPresent(Template.self, forKey: .subject)
        severity = try Self.severity(try values.decodeIfPresent(String.self, forKey: .severity), decoder.codingPath)
        summary = try values.decodeIfPresent(Template.self, forKey: .summary)
        ttl = try values.decodeIfPresent(Duration.self, forKey: .ttl)
        reason = try values.decodeIfPresent(String.self, forKey: .reason)
        tests = try values.decodeIfPresent([RuleTest].self, forKey: .tests) ?? []
    }

    private static func severity(_ name: String?, _ rule: [any CodingKey]) throws -> Severity {
        guard let name else { return .warning }
        if let severity = Severity(rawValue: name) { return severity }
        let path = rule.map { step in step.intValue.map { "[\($0)]" } ?? step.stringValue }
        let known = Severity.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValueCodingError(path: path + ["severity"], message: "expected one of \(known), found '\(name)'")
    }

    /// What `logic` says of a rule that was written as `value`.
    static func logic(of value: Value) -> String {
        let parts = (value.map ?? [:]).entries.filter { !["reason", "tests"].contains($0.key) }
        return String(decoding: JSONWriter.bytes(of: .map(ValueMap(parts.sorted { $0.key < $1.key }))), as: UTF8.self)
    }
}
