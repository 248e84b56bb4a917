import ExhaustBroker
import ExhaustCore

/// What arrived of one fault's probe.
struct Arrivals: Sendable {
    private(set) var names: [Int: EventIdentity] = [:]
    private var identities: Set<EventIdentity> = []
    /// How many came again under the same name.
    private(set) var copies = 0
    /// Numbers that came again under another name, which no consumer can tell from a new event.
    private(set) var renamed: [Int] = []
    private var gapsBySource: [String: Int] = [:]
    /// The probe's starts.
    private var sources: Set<String> = []
    private(set) var latest = 0
    /// The times that the events carry.
    private var times: ClosedRange<Timestamp>?

    /// Takes an event; `number` finds the probe's number in it.
    mutating func add(_ event: Event, number: (Event) -> Int?) {
        let number = number(event)
        guard number != nil || event.type == .gap else { return }
        guard identities.insert(event.identity).inserted else {
            copies += 1
            return
        }
        if event.type == .gap {
            gapsBySource[event.source, default: 0] += event.data["count"]?.int.flatMap { Int(exactly: $0) } ?? 0
        }
        guard let number else { return }
        sources.insert(event.source)
        if names.updateValue(event.identity, forKey: number) != nil { renamed.append(number) }
        latest = max(latest, number)
        times = min(times?.lowerBound ?? event.time, event.time)...max(times?.upperBound ?? event.time, event.time)
    }

    /// How many losses the probe told of; a recorder also holds what other faults lost.
    private var gaps: Int { sources.reduce(0) { $0 + gapsBySource[$1, default: 0] } }

    /// Whether all of them arrived, or were counted in gaps.
    func isComplete(_ accepted: Set<Int>) -> Bool { accepted.count { names[$0] == nil } <= gaps }

    /// What became of the events that were `accepted`.
    func tally(accepted: Set<Int>, confirmed: Int) -> Tally {
        let missing = accepted.filter { names[$0] == nil }.sorted()
        var tally = Tally(
            accepted: accepted.count, confirmed: confirmed, arrived: names.count, lost: abs(missing.count - gaps),
            duplicates: copies)
        if gaps > 0 { tally.notes.append("\(gaps) counted in gaps") }
        let span = times.map { $0.upperBound - $0.lowerBound } ?? .zero
        if span > .seconds(3600) { tally.notes.append("times over \(Int(span.inSeconds / 3600)) h") }
        tally.notes += missing.prefix(gaps == 0 ? tally.lost : 0).map { "\($0) is missing" }
        tally.twice = renamed.map { "\($0) under two names" }
        return tally
    }
}
