package import ExhaustCore
package import ExhaustRuntime

/// Telemetry in, facts out: a value, to which the same events at the same times always give the same facts.
///
/// Windows, thresholds and clearing count in event time; timers (`ttl`, absence) count from when events were handled,
/// so that a backlog does not look like silence.
package struct AnalyzerEngine: EventEngine {
    /// The rules in the order in which they were given, then the engine's own.
    var states: [RuleState] = []
    /// Positions of the rules that watch a stream, and of those that clear by it.
    var watching: [EventType: RuleIndex] = [:]
    var clearing: [EventType: RuleIndex] = [:]
    /// Positions of the rules that the event at hand may concern: those that clear by it, then those that watch it.
    var candidates: [Int] = []
    /// Positions by the name of the fact, and those of the rules that watch facts.
    var positions: [String: Int] = [:]
    var correlating: [Int] = []
    var timers = DeadlineQueue()
    var clock = EngineClock()
    /// The wall time of what is being handled, and what the clock of timers says then.
    var now = Timestamp(seconds: 0)
    var time = Timestamp(seconds: 0)
    var hosts: [HostID: HostPresence] = [:]
    /// Whether a rule asks if a host is heard, or one was told to be silent.
    private var watchesHosts = false
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
        states = (rules + Rule.builtIn).map(RuleState.init)
        index()
    }

    package mutating func handle(_ event: Event, now: Timestamp) -> [Event] {
        tell(now)
        if limits.pausesTimers { clock.note(event, now: now) }
        gaps.note(event, now: now)
        show(event)
        if watchesHosts { hear(event) }
        defer { output = [] }
        return output
    }

    package mutating func advance(to now: Timestamp) -> [Event] {
        tell(now)
        while let entry = timers.popDue(time) { fire(entry) }
        for gap in gaps.due(now) { show(gap) }
        if lastReport.map({ now - $0 >= .seconds(1) }) ?? true {
            lastReport = now
            for position in states.indices { for notice in states[position].takeNotices() { report(notice) } }
        }
        defer { output = [] }
        return output
    }

    /// Tells the engine the time.
    private mutating func tell(_ now: Timestamp) {
        self.now = now
        time = clock.read(now, pauses: limits.pausesTimers)
    }

    /// Takes new rules. Unchanged ones keep what they know; open facts of the others are cleared with the next tick.
    package mutating func replace(rules: [Rule], now: Timestamp) {
        tell(now)
        let new = rules + Rule.builtIn
        var gone: Set<String> = []
        for position in states.indices where !new.contains(where: { states[position].rule.isSameLogic(as: $0) }) {
            gone.insert(states[position].rule.fact)
            for key in states[position].openKeys.values.joined().sorted() {
                states[position].keys[key]?.end()
                close(position, key, cause: nil)
            }
        }
        let old = states
        states = new.map { rule in
            guard let position = positions[rule.fact], old[position].rule.isSameLogic(as: rule) else {
                return RuleState(rule)
            }
            return old[position]
        }
        index()
        reunite(without: gone)
    }

    /// Finds rules by stream, and schedules anew, since positions changed.
    mutating func index() {
        indexStreams()
        (positions, correlating) = ([:], [])
        (timers, watchesHosts) = (DeadlineQueue(), false)
        for (position, state) in states.enumerated() {
            let rule = state.rule
            positions[rule.fact] = position
            if case .absence = rule.detector, rule.key.count > 1 { watchesHosts = true }
            if rule.fact == Rule.hostSilent, !state.openKeys.isEmpty { watchesHosts = true }
            if rule.isCorrelating { correlating.append(position) }
            for key in state.keys.keys.sorted() {
                states[position].keys[key]?.scheduled = nil
                schedule(position, key)
            }
        }
    }

    /// Puts the key's next deadline on the clock, unless one is there that will lead to it.
    mutating func schedule(_ position: Int, _ key: String) {
        guard let deadline = states[position].nextDeadline(key) else { return }
        timers.add(deadline, rule: position, key: key)
    }
}
