import ExhaustCore

extension Rule {
    /// What an event of `stream` must have to make a difference to the rule: all of its expressions must have a value.
    func requirement(on stream: EventType) -> LiteralRequirement? {
        let list = each?.dataKey
        let condition = list.flatMap { (self.condition as? Expression)?.requirement(ofItemsIn: $0) }
        let values = ([each] + key + [detector.value]).compactMap { $0?.requirementToEvaluate(ofItemsIn: list) }
        return values.reduce(
            .both(condition ?? self.condition?.requirement, detector.requirement(on: stream, of: self))
        ) { .both($0, $1) }
    }

    /// The same for what clears it. With `for`, events that do not hold count too.
    var requirementToClear: LiteralRequirement? { clear?.needsAll == false ? clear?.condition?.requirement : nil }
}

extension ClearCondition {
    /// Whether it must hold in every event for a time.
    var needsAll: Bool { hold.map { $0 > .zero } ?? false }
}

extension Detector {
    /// The number or value that it asks of each event.
    fileprivate var value: Expression? {
        switch self {
        case .match, .count, .absence, .sequence, .correlate: nil
        case .threshold(let threshold): threshold.value
        case .rate(let rate): rate.of
        case .distinct(let distinct): distinct.of
        case .change(let change): change.of
        case .new(let new): new.of
        }
    }

    /// Of a sequence, one step must hold.
    fileprivate func requirement(on stream: EventType, of rule: Rule) -> LiteralRequirement? {
        guard case .sequence(let sequence) = self else { return nil }
        let steps = sequence.steps.filter { ($0.stream ?? rule.stream) == stream }.map(\.condition.requirement)
        return steps.dropFirst().reduce(steps.first ?? nil) { .either($0, $1) }
    }
}
