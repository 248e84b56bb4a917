import ExhaustCore

/// What a detector's types cannot say.
extension Detector {
    /// The most that a window may ask for, and the most steps and events of a sequence.
    static let mostInWindow = 10_000
    static let mostSteps = 16
    static let mostSequenceEvents = 256

    /// The first thing that is wrong with the detector.
    func firstProblem() -> Rule.Problem? {
        own().map { Rule.Problem(path: ["detect", name] + $0.path, message: $0.message, advice: $0.advice) }
    }

    private func own() -> Rule.Problem? {
        switch self {
        case .match, .change: nil
        case .threshold(let threshold): threshold.limit.problem ?? .negative(threshold.hold, ["for"])
        case .count(let count): .outside(count.above, 0...Self.mostInWindow, ["above"]) ?? window(count.within)
        case .rate(let rate): rate.limit.problem ?? .notPositive(rate.per, ["per"]) ?? window(rate.within)
        case .distinct(let distinct):
            .outside(distinct.above, 0...Self.mostInWindow, ["above"]) ?? window(distinct.within)
        case .absence(let absence): absence.problem
        case .sequence(let sequence): window(sequence.within) ?? sequence.problem
        case .new(let new): .negative(new.learn, ["learn"]) ?? .outside(new.cap, 1...1_000_000, ["cap"])
        case .correlate(let correlate):
            .outside(correlate.above, 0...Self.mostInWindow, ["above"]) ?? window(correlate.within)
        }
    }

    private func window(_ within: Duration) -> Rule.Problem? { .notPositive(within, ["within"]) }
}

extension Detector.Limit {
    fileprivate var problem: Rule.Problem? {
        if (above == nil) == (below == nil) { return .init(path: [], message: "expected either above or below") }
        guard let clear, isPast(clear) else { return nil }
        return .init(path: ["clear"], message: "the level that clears must not be past the limit")
    }
}

extension Detector.Absence {
    fileprivate var problem: Rule.Problem? {
        switch due {
        case .within(let within): return .notPositive(within, ["within"])
        case .learned(let learned):
            if learned.factor < 1 { return .init(path: ["learned", "factor"], message: "must be at least 1") }
            if let problem = Rule.Problem.notPositive(learned.atLeast, ["learned", "at_least"]) { return problem }
            guard learned.atMost < learned.atLeast else { return nil }
            return .init(path: ["learned", "at_most"], message: "must not be less than at_least")
        }
    }
}

extension Detector.Sequence {
    fileprivate var problem: Rule.Problem? {
        guard (2...Detector.mostSteps).contains(steps.count) else {
            return .init(path: ["steps"], message: "expected 2 to \(Detector.mostSteps) steps")
        }
        for (index, step) in steps.enumerated() {
            let path = ["steps", "[\(index)]", "times"]
            if let problem = Rule.Problem.outside(step.times, 1...Detector.mostSequenceEvents, path) { return problem }
        }
        if steps.reduce(0, { $0 + $1.times }) <= Detector.mostSequenceEvents { return nil }
        return .init(path: ["steps"], message: "more than \(Detector.mostSequenceEvents) events in all")
    }
}

extension Rule.Problem {
    static func negative(_ duration: Duration?, _ path: [String]) -> Self? {
        duration.map { $0 < .zero } == true ? Self(path: path, message: "must not be negative") : nil
    }

    static func notPositive(_ duration: Duration, _ path: [String]) -> Self? {
        duration <= .zero ? Self(path: path, message: "must be above zero") : nil
    }

    static func outside(_ number: Int, _ range: ClosedRange<Int>, _ path: [String]) -> Self? {
        if range.contains(number) { return nil }
        return Self(path: path, message: "must be from \(range.lowerBound) to \(range.upperBound)")
    }
}
