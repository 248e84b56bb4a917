import ExhaustCore

/// Detectors in plain words, for `exhaustctl rules explain`.
extension Detector {
    /// What follows "the fact is raised".
    var sentence: String {
        switch self {
        case .match: return "at the first that counts"
        case .threshold(let threshold):
            let hold = threshold.hold.flatMap { $0 > .zero ? " in every one for \($0.words)" : nil } ?? ""
            return "when the number\n  \(threshold.value)\nis \(threshold.limit.words)\(hold)"
        case .count(let count): return "when more than \(count.above) that count come within \(count.within.words)"
        case .rate(let rate):
            let what = rate.of.map { "the sum of\n  \($0)\n" } ?? "the number of those that count "
            return "when \(what)over \(rate.within.words), by \(rate.per.words), is \(rate.limit.words)"
        case .distinct(let distinct):
            return "when there are more than \(distinct.above) different values of\n  \(distinct.of)\n"
                + "within \(distinct.within.words)"
        case .absence(let absence):
            return "when one was seen, and then none \(absence.due.words)"
        case .sequence(let sequence):
            let steps = sequence.steps.map { step in
                let times = step.times > 1 ? "\(step.times) times: " : ""
                return "\n  \(times)\(step.stream.map { "on \($0), " } ?? "")\(step.condition)"
            }
            return "when these come in this order within \(sequence.within.words)" + steps.joined()
        case .change(let change):
            let from = change.from.map { " from \($0.words)" } ?? ""
            let to = change.to.map { " to \($0.words)" } ?? ""
            return "when this changes\(from)\(to)\n  \(change.of)"
        case .new(let new):
            let learn = new.learn.map { "; what comes in the first \($0.words) is taken as known" } ?? ""
            return "when this was never seen before\(learn)\n  \(new.of)"
        case .correlate(let correlate):
            let by = correlate.by.map { " with the same\n  \($0)\n" } ?? " "
            let suppress = correlate.suppress ? "\n(policies leave those facts to this one)" : ""
            return "when more than \(correlate.above) facts come within \(correlate.within.words)\(by)for which\n"
                + "  \(correlate.facts)\(suppress)"
        }
    }

    /// What ends the fact of a detector that sees its end itself, after "it is cleared".
    var ending: String? {
        switch self {
        case .threshold(let threshold): "when the number is back at \(threshold.limit.backText)"
        case .rate(let rate): "when that is back at \(rate.limit.backText)"
        case .absence: "by the next that counts"
        case .change(let change): change.to.map { "when it is \($0.words) no more" }
        case .correlate: "when those facts are over"
        case .match, .count, .distinct, .sequence, .new: nil
        }
    }
}

extension Detector.Limit {
    fileprivate var words: String { above.map { "above \($0.short)" } ?? "below \(level.short)" }
    fileprivate var backText: String { (clear ?? level).short }
}

extension Detector.Absence.Due {
    fileprivate var words: String {
        switch self {
        case .within(let within): "for \(within.words)"
        case .learned(let learned):
            "for \(learned.factor.short) times as long as is usual for it, \(learned.atLeast.words) at least and"
                + " \(learned.atMost.words) at most"
        }
    }
}

extension Double {
    /// Without a fraction of nothing.
    fileprivate var short: String { Int64(exactly: self).map { "\($0)" } ?? "\(self)" }
}

extension Duration {
    /// In the largest unit that has no remainder.
    var words: String {
        let milliseconds = inMilliseconds
        let units: [(Int64, String)] = [
            (86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1000, "second"), (1, "millisecond"),
        ]
        guard let (size, name) = units.first(where: { milliseconds % $0.0 == 0 }) else { return "no time" }
        let count = milliseconds / size
        return count == 1 ? "1 \(name)" : "\(count) \(name)s"
    }
}

extension Value {
    /// As JSON writes it.
    fileprivate var words: String { String(decoding: JSONWriter.bytes(of: self), as: UTF8.self) }
}
