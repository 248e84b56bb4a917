import ExhaustCore

@testable import Analyzer

/// Absence at its most obvious: what was heard of one host is kept, and all of it is asked at every moment.
struct ReferenceSilence {
    /// What one event tells.
    struct Heard {
        let number: Int
        /// The key; `nil` if it only shows that the host lives.
        let app: String?
        let time: Timestamp
        let handled: Timestamp
    }

    let method: Method
    /// Whether keys wait for their host.
    let waits: Bool
    /// By key, each event that was newer than all before it; and what came last and what happened last on the host.
    private var heard: [String: [Heard]] = [:]
    private var handled = Timestamp(seconds: 0)
    private var newest = Timestamp(seconds: 0)
    private var open: Set<String> = []
    private var isHostSilent = false
    private var back = Timestamp(seconds: 0)

    init(_ rule: Rule) {
        method = Method(rule)
        waits = rule.key.count > 1
    }

    /// What is told by `now`, when nothing more has come.
    mutating func pass(to now: Timestamp) -> [String] {
        var told: [String] = []
        var isWaiting = false
        for app in heard.keys where !open.contains(app) {
            guard let (latest, patience) = latest(app), max(latest.handled, back) + patience <= now else { continue }
            if waits, newest < latest.time + patience {
                isWaiting = true
            } else {
                open.insert(app)
                told.append("raised \(app)")
            }
        }
        if isWaiting, !isHostSilent, handled + .seconds(60) <= now {
            isHostSilent = true
            told.append("raised host")
        }
        return told
    }

    /// What is told when an event comes.
    mutating func hear(_ event: Heard) -> [String] {
        var told = pass(to: event.handled)
        handled = event.handled
        newest = max(newest, event.time)
        if let app = event.app, isNews(event, heard[app]?.last) {
            heard[app, default: []].append(event)
            if open.remove(app) != nil { told.append("cleared \(app)") }
        }
        if isHostSilent {
            // Nothing could be heard before, so all keys have their time again.
            (isHostSilent, back) = (false, event.handled)
            told.append("cleared host")
        }
        return told + pass(to: event.handled)
    }

    private func isNews(_ event: Heard, _ last: Heard?) -> Bool {
        last.map { ($0.time, $0.number) < (event.time, event.number) } ?? true
    }

    /// The latest event of a key, and how long after it the next may take; `nil` if that is not known.
    private func latest(_ app: String) -> (event: Heard, patience: Duration)? {
        guard let heard = heard[app], let last = heard.last, case .absence(let absence) = method.detector else {
            return nil
        }
        switch absence.due {
        case .within(let within): return (last, within)
        case .learned(let learned):
            var gaps = DueTime()
            for (one, next) in zip(heard, heard.dropFirst()) {
                gaps.note(
                    next.time - one.time, factor: learned.factor, atLeast: learned.atLeast, atMost: learned.atMost)
            }
            return (
                last,
                gaps.due(factor: learned.factor, atLeast: learned.atLeast, atMost: learned.atMost) ?? .seconds(1 << 40)
            )
        }
    }
}
