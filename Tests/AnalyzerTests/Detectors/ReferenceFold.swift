import ExhaustCore

@testable import Analyzer

/// The detectors at their most obvious: a fold over the distinct events in their order, which forgets nothing that it
/// might want and looks at all of it again at every event.
struct ReferenceFold {
    /// An event as the rules of the tests see it.
    struct Shown {
        let number: Int
        let time: Timestamp
        let data: ValueMap
        var isCalm: Bool { data["calm"] != nil }
        var value: Double { data["value"]?.number ?? 0 }
        var name: String { data["name"]?.string ?? "" }
    }

    /// What is known of a fact that is there.
    struct Occurrence: Equatable {
        var first: Timestamp
        var last: Timestamp
        var value: Double?
        /// The latest ten events that show it; `nil` if that is not compared.
        var evidence: [Int]?
    }

    /// What the newest event says; a `raise` of what is there says that it was over in between.
    enum Judgement {
        case nothing, over
        case raise(first: Timestamp, value: Double?, evidence: [Int]?)
        case evidence(Double?)
    }

    private(set) var occurrence: Occurrence?
    /// The events that count, all of them, and those since the last occurrence ended.
    private var all: [Shown] = []
    private var recent: [Shown] = []
    private let rule: OrderCase

    init(_ events: [Shown], _ rule: OrderCase) {
        self.rule = rule
        for event in events.sorted(by: { $0.time < $1.time }) { take(event) }
    }

    private mutating func take(_ event: Shown) {
        if event.isCalm {
            if rule.clears, occurrence != nil { end() }
            return
        }
        all.append(event)
        recent.append(event)
        switch rule.judge(all, recent, occurrence != nil) {
        case .nothing: break
        case .over: end()
        case .raise(let first, let value, let evidence):
            occurrence = Occurrence(first: first, last: event.time, value: value, evidence: evidence)
        case .evidence(let value):
            guard var known = occurrence else { return }
            known.last = event.time
            known.value = value ?? known.value
            known.evidence = known.evidence.map { ($0 + [event.number]).suffix(10) }
            occurrence = known
        }
    }

    private mutating func end() {
        occurrence = nil
        recent = []
    }
}
