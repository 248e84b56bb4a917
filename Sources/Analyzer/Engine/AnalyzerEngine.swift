package import ExhaustCore
package import ExhaustRuntime

/// Telemetry in, facts out: a value, to which the same events at the same times always give the same facts.
///
/// Windows, thresholds and clearing count in event time; timers (`ttl`, absence) count from when events were handled,
/// so that a backlog does not look like silence.
package struct AnalyzerEngine: EventEngine {
    var states: [RuleState] = []
    /// Positions of the rules that watch a stream, and of those that clear by it.
    private var watching: [EventType: [Int]] = [:]
    private var clearing: [EventType: [Int]] = [:]
    var timers = DeadlineQueue()
    var openCounts: [HostID: Int] = [:]
    var gaps = GapWatch()
    var maker: FactMaker
    var output: [Event] = []
    private var lastReport: Timestamp?
    let limits: Limits
    let report: @Sendable (Notice) -> Void

    /// An engine with `rules`. `report` hears what is not an event; it must not influence the engine.
    package init(
        rules: [Rule], factory: EventFactory, limits: Limits = Limits(),
        report: @escaping @Sendable (Notice) -> Void = { _ in }
    ) {
        maker = FactMaker(factory)
        self.limits = limits
        self.report = report
        states = rules.map(RuleState.init)
        index()
    }

    package mutating func handle(_ event: Event, now: Timestamp) -> [Event] {
        gaps.note(event, now: now)
        for position in clearing[event.type] ?? [] { clear(position, by: event, now: now) }
        for position in watching[event.type] ?? [] { detect(position, event, now: now) }
        defer { output = [] }
        return output
    }

    package mutating func advance(to now: Timestamp) -> [Event] {
        while let entry = timers.popDue(now) { fire(entry, now: now) }
        for gap in gaps.due(now) { for position in watching[.gap] ?? [] { detect(position, gap, now: now) } }
        if lastReport.map({ now - $0 >= .seconds(1) }) ?? true {
            lastReport = now
            for position in states.indices { if let notice = states[position].takeFailures() { report(notice) } }
        }
        defer { output = [] }
        return output
    }

    /// Takes new rules. Unchanged ones keep what they know; open facts of the others are cleared with the next tick.
    package mutating func replace(rules: [Rule], now: Timestamp) {
        var old = states
        states = rules.map { rule in
            guard let match = old.firstIndex(where: { $0.rule.isSameLogic(as: rule) }) else { return RuleState(rule) }
            return old.remove(at: match)
        }
        for state in old {
            for key in state.openKeys.values.joined().sorted() {
                guard let open = state.keys[key]?.open else { continue }
                tell(open, .cleared, cause: open.fact.evidence.last, at: now)
                count(open.host, -1)
            }
        }
        index()
    }

    /// Finds rules by stream, and schedules anew, since positions changed.
    mutating func index() {
        (watching, clearing, timers) = ([:], [:], DeadlineQueue())
        for (position, state) in states.enumerated() {
            watching[state.rule.stream, default: []].append(position)
            if let clear = state.rule.clear, clear.condition != nil {
                clearing[clear.stream ?? state.rule.stream, default: []].append(position)
            }
            for key in state.keys.keys.sorted() {
                states[position].keys[key]?.isScheduled = false
                schedule(position, key)
            }
        }
    }

    /// Counts a fact that opens or closes on `host`.
    mutating func count(_ host: HostID, _ change: Int) {
        let count = openCounts[host, default: 0] + change
        openCounts[host] = count > 0 ? count : nil
    }

    /// Tells of `open` as it is now.
    mutating func tell(_ open: OpenFact, _ transition: Fact.Transition, cause: EventIdentity?, at time: Timestamp) {
        var told = open
        told.fact.transition = transition
        do {
            output.append(try maker.event(told, cause: cause, at: time))
        } catch {
            report(.defect(rule: open.fact.name, error))
        }
    }

    /// Puts the key's next deadline on the clock, unless one is there that will lead to it.
    mutating func schedule(_ position: Int, _ key: String) {
        guard let state = states[position].keys[key], !state.isScheduled,
            let deadline = state.deadline(states[position].rule)
        else { return }
        states[position].keys[key]?.isScheduled = true
        timers.add(deadline, rule: position, key: key)
    }
}
