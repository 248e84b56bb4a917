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
        /// When it was handled, where that matters.
        var handled = Timestamp(seconds: 0)
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

    /// What the newest event says; a `raise` of what is there says that it was over in between. `back` is over too,
    /// once all have been for as long as the rule asks.
    enum Judgement {
        case nothing, back, over
        case raise(first: Timestamp, value: Double?, evidence: [Int]?)
        case evidence(Double?)
    }

    private(set) var occurrence: Occurrence?
    /// When the last to be handled was of what showed it.
    private(set) var handled = Timestamp(seconds: 0)
    /// The events that count, all of them, and those since the last occurrence ended.
    private var all: [Shown] = []
    private var recent: [Shown] = []
    /// Those that show that it is over, and none since that it is not.
    private var calm: [Shown] = []
    private let rule: OrderCase

    init(_ events: [Shown], _ rule: OrderCase) {
        self.rule = rule
        take(events)
    }

    mutating func take(_ events: [Shown]) {
        for event in events.sorted(by: { $0.time < $1.time }) { take(event) }
    }

    private mutating func take(_ event: Shown) {
        if event.isCalm {
            if rule.clears { recede(event) }
            return
        }
        if !rule.sees(event) {
            calm = []
            return
        }
        all.append(event)
        recent.append(event)
        let judgement = rule.judge(all, recent, occurrence != nil)
        if case .back = judgement { return recede(event) }
        calm = []
        switch judgement {
        case .nothing, .back: break
        case .over: end()
        case .raise(let first, let value, let evidence):
            occurrence = Occurrence(first: first, last: event.time, value: value, evidence: evidence)
            handled = recent.map(\.handled).max() ?? event.handled
        case .evidence(let value):
            guard var known = occurrence else { return }
            known.last = event.time
            known.value = value ?? known.value
            known.evidence = known.evidence.map { ($0 + [event.number]).suffix(10) }
            occurrence = known
            handled = max(handled, event.handled)
        }
    }

    private mutating func recede(_ event: Shown) {
        guard let last = occurrence?.last else { return }
        calm.append(event)
        // The evidence may have happened up to a second later than it says.
        let first = calm.first { rule.hold == 0 || $0.time >= last + .seconds(1) }
        if let first, event.time - first.time >= .seconds(rule.hold) { end() }
    }

    mutating func end() {
        occurrence = nil
        (recent, calm) = ([], [])
    }
}
