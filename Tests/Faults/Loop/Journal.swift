import ExhaustCore

/// What the journal tells of the services of a loop.
struct Journal: Sendable {
    private var seen: Set<EventIdentity> = []
    private var copies = 0
    /// By service: the facts that were raised, the actions that were ordered.
    private var raised: [String: Set<String>] = [:]
    private var actions: [String: Set<String>] = [:]
    /// By action: the results of its tasks that say that nobody knows or that it was refused, and the outcomes.
    private var excuses: [String: String] = [:]
    /// When the latest of these results came.
    private(set) var latestExcuse = Timestamp(seconds: 0)
    /// By action and then by the outcome's id: the same outcome told by two instances is a duplicate.
    private var outcomes: [String: [String: Outcome.Verdict]] = [:]
    /// All of it, to be read when something is missing.
    private(set) var events: [Event] = []

    /// Takes an event of the journal.
    mutating func add(_ event: Event) {
        events.append(event)
        guard seen.insert(event.identity).inserted else {
            copies += 1
            return
        }
        let subject = event.data["subject"]?.string ?? ""
        switch event.type {
        case .fact where event.data["transition"] == "raised": raised[subject, default: []].insert(event.id)
        case .action: actions[subject, default: []].insert(event.id)
        case .result:
            let status = event.data["status"]?.string.flatMap(TaskResult.Status.init(rawValue:))
            guard let run = event.data["run"]?.string, status == .unknown || status == .refused else { return }
            excuses[run] = event.data["reason"]?.string ?? "unknown"
            latestExcuse = max(latestExcuse, event.time)
        case .outcome:
            guard let action = event.data["action"]?.string,
                let verdict = event.data["verdict"]?.string.flatMap(Outcome.Verdict.init(rawValue:))
            else { return }
            let known = outcomes[action, default: [:]].updateValue(verdict, forKey: event.id)
            if known == verdict { copies += 1 } else if known != nil { outcomes[action]?["changed"] = known }
        default: break
        }
    }

    /// What became of `services`, given the names of those that were restarted. A service is not lost if it was
    /// restarted, or a result says that it was not or may not have been; and its action has an outcome.
    func tally(services: [String], effects: [String]) -> Tally {
        let restarts = effects.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        var tally = Tally(accepted: services.count, duplicates: copies)
        var excused: [String: Int] = [:]
        var verdicts: [String: Int] = [:]
        for service in services {
            let orders = actions[service] ?? []
            let judged = orders.filter { outcomes[$0] != nil }
            let excuse = orders.compactMap { excuses[$0] }.first
            if restarts[service] != nil { tally.arrived += 1 } else if let excuse { excused[excuse, default: 0] += 1 }
            if restarts[service] == nil && excuse == nil || judged.count < max(1, orders.count) {
                tally.lost += 1
                tally.notes.append("\(service): \(state(of: service, restarts: restarts[service] ?? 0))")
            }
            let verdictsOfOne = orders.reduce(0) { max($0, outcomes[$1]?.count ?? 0) }
            for (what, count) in [
                ("raised", raised[service]?.count ?? 0), ("ordered", orders.count),
                ("restarted", restarts[service] ?? 0), ("judged", verdictsOfOne),
            ] where count > 1 { tally.twice.append("\(service) \(what) \(count) times") }
            for order in orders {
                for verdict in (outcomes[order] ?? [:]).values { verdicts[verdict.rawValue, default: 0] += 1 }
            }
        }
        tally.notes += (excused.map { "\($1) \($0)" } + verdicts.map { "\($1) \($0)" }).sorted()
        return tally
    }

    private func state(of service: String, restarts: Int) -> String {
        let orders = actions[service] ?? []
        return "\(raised[service]?.count ?? 0) facts, \(orders.count) actions, \(restarts) restarts, "
            + "\(orders.reduce(0) { $0 + (outcomes[$1]?.count ?? 0) }) outcomes"
    }
}
