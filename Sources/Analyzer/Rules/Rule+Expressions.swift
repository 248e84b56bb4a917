package import ExhaustCore

/// An expression or template of a rule: where it stands, and what it may ask for.
struct RuleExpression {
    enum Content {
        case condition(any EventCondition)
        case value(Expression)
        case text(Template)
    }

    /// The keys that lead to it, from the rule on.
    let path: [String]
    let content: Content
    /// The streams whose events it is asked of.
    let streams: [EventType]
    /// The names that it may use beside those of the event.
    let extras: Set<String>

    /// The names that it uses.
    var identifiers: Set<String> {
        switch content {
        case .condition(let condition): condition.identifiers
        case .value(let expression): expression.identifiers
        case .text(let template): template.identifiers
        }
    }
}

extension Rule {
    /// The streams whose events may show the fact.
    package var streams: [EventType] {
        guard case .sequence(let sequence) = detector else { return [stream] }
        var streams: [EventType] = []
        for step in sequence.steps where !streams.contains(step.stream ?? stream) {
            streams.append(step.stream ?? stream)
        }
        return streams
    }

    /// All expressions and templates, in the order in which people write them.
    var expressions: [RuleExpression] {
        let item: Set<String> = each == nil ? [] : ["item"]
        let child: Set<String> = if case .correlate = detector { ["fact"] } else { [] }
        let event = item.union(child)
        var all: [RuleExpression] = []
        func add(
            _ path: [String], _ content: RuleExpression.Content?, _ extras: Set<String>, _ streams: [EventType]? = nil
        ) {
            guard let content else { return }
            all.append(RuleExpression(path: path, content: content, streams: streams ?? self.streams, extras: extras))
        }
        add(["each"], each.map { .value($0) }, [])
        add(["where"], condition.map { .condition($0) }, event)
        for (index, part) in key.enumerated() { add(["key", "[\(index)]"], .value(part), event) }
        for (path, content, stream) in detector.expressions {
            // Each step of a sequence is asked of its own stream, and only of that.
            let streams: [EventType]? = if case .sequence = detector { [stream ?? self.stream] } else { nil }
            add(["detect"] + path, content, event, streams)
        }
        add(["clear", "where"], clear?.condition.map { .condition($0) }, ["fact"], [clear?.stream ?? stream])
        add(["subject"], subject.map { .text($0) }, event)
        add(["summary"], summary.map { .text($0) }, detector.hasValue ? event.union(["value"]) : event)
        return all
    }
}

extension Detector {
    /// The detector's own expressions: where they stand, and the stream that they are asked of, if not the rule's.
    fileprivate var expressions: [(path: [String], content: RuleExpression.Content, stream: EventType?)] {
        switch self {
        case .match, .count, .absence: []
        case .threshold(let threshold): [(["threshold", "value"], .value(threshold.value), nil)]
        case .rate(let rate): rate.of.map { [(["rate", "of"], .value($0), nil)] } ?? []
        case .distinct(let distinct): [(["distinct", "of"], .value(distinct.of), nil)]
        case .change(let change): [(["change", "of"], .value(change.of), nil)]
        case .new(let new): [(["new", "of"], .value(new.of), nil)]
        case .sequence(let sequence):
            sequence.steps.enumerated().map { index, step in
                (["sequence", "steps", "[\(index)]", "where"], .condition(step.condition), step.stream)
            }
        case .correlate(let correlate):
            [(["correlate", "facts"], .condition(correlate.facts), nil)]
                + (correlate.by.map { [(["correlate", "by"], .value($0), nil)] } ?? [])
        }
    }
}
