import ExhaustCore
import Testing

/// A rule, and what it must find by the reference.
struct OrderCase: Sendable, CustomTestStringConvertible {
    let name: String
    private let detect: String
    /// Whether a calm event ends the fact.
    let clears: Bool
    /// For how long all must show that it is over, and how long it lives without evidence; in seconds.
    private(set) var hold = 0
    private(set) var life: Int?
    let judge: @Sendable (_ all: [ReferenceFold.Shown], _ recent: [ReferenceFold.Shown], _ isOpen: Bool) -> Judgement

    /// Whether the rule's detector sees an event at all.
    func sees(_ event: Shown) -> Bool { !event.isCalm && (name != "sequence" || ["a", "b"].contains(event.name)) }

    /// Whether it makes a difference to the rule that there was the event.
    func hears(_ event: Shown) -> Bool { sees(event) || clears && (event.isCalm || hold > 0) }

    typealias Judgement = ReferenceFold.Judgement
    typealias Shown = ReferenceFold.Shown

    private init(
        _ name: String, _ detect: String, clears: Bool,
        judge: @escaping @Sendable ([Shown], [Shown], Bool) -> Judgement
    ) {
        self.name = name
        self.detect = detect
        self.clears = clears
        self.judge = judge
    }

    var testDescription: String { "\(name)\(hold > 0 ? " for \(hold) s" : "")\(life.map { ", living \($0) s" } ?? "")" }

    var rule: String {
        let clear = [clears ? "where: data.calm" : nil, hold > 0 ? "for: \(hold)s" : nil].compactMap(\.self)
        return """
            - fact: \(name)
              on: exhaust.syslog
              where: '!has(data.calm)'
              detect: {\(name): \(detect)}
              \(clear.isEmpty ? "reason: none" : "clear: {\(clear.joined(separator: ", "))}")
              \(life.map { "ttl: \($0)s" } ?? "severity: error")
            """
    }

    /// All with an episode that events begin and end.
    static let all = [match, threshold, count, rate, lowRate, distinct, sequence, change]

    /// Those that may ask for more than one event to end it.
    static let held = [match, threshold, count, distinct, sequence].map { known in
        var held = known
        held.hold = 3
        return held
    }

    /// Those whose windows nothing moves but events, with a time to live, and also with both.
    static let living = ([match, threshold, count, distinct, sequence, change] + held).map { known in
        var living = known
        living.life = 12
        return living
    }

    private static func inside(_ events: [Shown], _ seconds: Int) -> [Shown] {
        events.filter { $0.time > events[events.count - 1].time - .seconds(seconds) }
    }

    private static func numbers(_ events: [Shown]) -> [Int] { events.suffix(10).map(\.number) }

    private static let match = OrderCase("match", "{}", clears: true) { all, _, isOpen in
        let last = all[all.count - 1]
        return isOpen ? .evidence(nil) : .raise(first: last.time, value: nil, evidence: [last.number])
    }

    private static let threshold = OrderCase(
        "threshold", "{value: data.value, above: 50, clear: 30, for: 3s}", clears: false
    ) { all, recent, isOpen in
        let last = all[all.count - 1]
        if isOpen { return last.value <= 30 ? .back : last.value > 50 ? .evidence(last.value) : .nothing }
        let run = recent.suffix(from: (recent.lastIndex { $0.value <= 50 } ?? -1) + 1)
        guard let first = run.first, last.time - first.time >= .seconds(3) else { return .nothing }
        return .raise(first: first.time, value: last.value, evidence: numbers(Array(run)))
    }

    private static let count = OrderCase("count", "{above: 3, within: 5s}", clears: true) { _, recent, isOpen in
        let events = inside(recent, 5)
        if isOpen { return .evidence(nil) }
        return events.count <= 3
            ? .nothing : .raise(first: events[0].time, value: Double(events.count), evidence: numbers(events))
    }

    private static func average(_ events: [Shown], at time: Timestamp) -> Double {
        events.filter { $0.time > time - .seconds(5) }.map(\.value).reduce(0, +) / 5
    }

    /// When a rate of `before` changes without an event, up to `time`.
    private static func steps(_ before: [Shown], _ time: Timestamp) -> [Timestamp] {
        before.map { $0.time + .seconds(5) }.filter { $0 > before[before.count - 1].time && $0 <= time }
    }

    private static let rate = OrderCase(
        "rate", "{above: 30, within: 5s, of: data.value}", clears: false
    ) { all, _, isOpen in
        let (last, before) = (all[all.count - 1], Array(all.dropLast()))
        let goesOn = isOpen && !steps(before, last.time).contains { average(before, at: $0) <= 30 }
        let value = average(all, at: last.time)
        guard value > 30 else { return isOpen ? .over : .nothing }
        if goesOn { return .evidence(value) }
        return .raise(first: inside(all, 5)[0].time, value: value, evidence: numbers(all))
    }

    private static let lowRate = OrderCase(
        "rate", "{below: 30, within: 5s, of: data.value}", clears: false
    ) { all, _, isOpen in
        let (last, before) = (all[all.count - 1], Array(all.dropLast()))
        let value = average(all, at: last.time)
        if value >= 30 { return isOpen ? .over : .nothing }
        if isOpen { return .evidence(value) }
        // It fell between the events, but not before there was a whole window.
        let full = all[0].time + .seconds(5)
        let falls = ((before.last.map { [$0.time] } ?? []) + steps(before, last.time)).map { max($0, full) }
        guard let first = falls.first(where: { $0 <= last.time && average(before, at: $0) < 30 }) else {
            return .nothing
        }
        return .raise(first: first, value: value, evidence: numbers(all))
    }

    private static let distinct = OrderCase(
        "distinct", "{of: data.name, above: 2, within: 5s}", clears: true
    ) { _, recent, isOpen in
        let events = inside(recent, 5)
        let count = Set(events.map(\.name)).count
        if isOpen { return .evidence(nil) }
        return count <= 2
            ? .nothing
            : .raise(first: events[max(0, events.count - 10)].time, value: Double(count), evidence: numbers(events))
    }

    private static let sequence = OrderCase(
        "sequence", "{within: 5s, steps: [{where: data.name == 'a', times: 2}, {where: data.name == 'b'}]}",
        clears: true
    ) { _, recent, isOpen in
        // Of all pairs of the first step's events before one of the second's, the one that began last.
        let events = inside(recent, 5)
        let (last, before) = (events[events.count - 1], events.dropLast().filter { $0.name == "a" })
        guard last.name == "b", before.count >= 2 else {
            return .nothing
        }
        return isOpen ? .evidence(nil) : .raise(first: before[before.count - 2].time, value: nil, evidence: nil)
    }

    private static let change = OrderCase("change", "{of: data.name, to: 'c'}", clears: false) { all, _, isOpen in
        let last = all[all.count - 1]
        if isOpen { return last.name == "c" ? .evidence(nil) : .over }
        guard last.name == "c", let before = all.dropLast().last, before.name != "c" else { return .nothing }
        return .raise(first: last.time, value: nil, evidence: [last.number])
    }
}
