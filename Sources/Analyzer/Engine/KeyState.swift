import ExhaustCore

/// What a rule knows about one key.
struct KeyState: Sendable, Codable {
    let host: HostID
    /// What its events amount to.
    var current: Progress
    /// What those before `log` amount to, and the ones since, in their order; `nil` where order makes no difference.
    private var base: Progress?
    private var log: [Observation] = []
    /// How far timers have moved the windows, which do not change by events alone.
    private var passed: Timestamp?
    /// The fact as it was told.
    var open: OpenFact?
    /// The latest event, where the fact may be raised without one.
    var sample: Sample?
    /// What an absence waits for.
    var absence: AbsenceWatch?
    /// What an earlier instance made a fact of.
    private var answered: Answered?
    /// The open facts that a root stands for, oldest first.
    var family: [Child] = []
    /// When a fact that was refused is tried again, and the latest event of it then.
    var retry: Timestamp?
    private var refused: Timestamp?
    /// Of a host with overdue keys: when it counts as silent.
    var due: Timestamp?
    /// The soonest entry of the deadline queue for this key.
    var scheduled: Timestamp?
    /// When the key was last used, counted in uses of the rule.
    var serial: UInt64 = 0

    init(host: HostID, _ method: Method, serial: UInt64) {
        self.host = host
        self.serial = serial
        current = Progress(method.detector)
        if method.needsOrder { base = current }
    }

    /// Marks the key as used.
    mutating func use(_ serial: UInt64) { self.serial = serial }

    /// What became of an observation.
    enum Reception: Sendable {
        case taken
        /// It was known.
        case duplicate
        /// It came too late to change anything.
        case late
    }

    /// What became of an observation, what is to be told of it, and a deadline to put on the clock.
    struct Step: Sendable {
        let reception: Reception
        var outcome = Outcome.nothing
        var deadline: Timestamp?
    }

    /// Takes an observation with all that follows from it.
    mutating func step(
        _ observation: Observation, _ sample: Sample?, _ method: Method, serial: UInt64, at time: Timestamp,
        _ limits: Limits
    ) -> Step {
        self.serial = serial
        if let sample, method.raisesWithoutEvent { remember(sample) }
        var step = Step(reception: take(observation, method, limits))
        guard step.reception == .taken else { return step }
        step.outcome = outcome(isEvidence: sample != nil, at: time, limits)
        step.deadline = nextDeadline(method)
        return step
    }

    /// Takes an observation, in whatever order they come: those that came too early are taken again after it.
    private mutating func take(_ observation: Observation, _ method: Method, _ limits: Limits) -> Reception {
        if let answered, current.episode == nil, answered.contains(observation) { return .duplicate }
        let place = observation.place
        guard let latest = current.latest else {
            append(observation, method, limits)
            return .taken
        }
        // Timers may have moved windows on to a moment that lies behind it.
        if place > latest, passed.map({ $0 <= observation.time }) ?? true {
            append(observation, method, limits)
            return .taken
        }
        if place == latest { return .duplicate }
        if observation.time + limits.lateness < latest.time { return .late }
        guard let base else {
            // The order makes no difference, and of what was known the evidence knows the latest.
            if current.episode?.evidence.contains(observation.identity) == true { return .duplicate }
            current.take(observation, method, limits)
            return .taken
        }
        if let settled = base.latest, place <= settled { return .late }
        let index = log.firstIndex { $0.place >= place } ?? log.endIndex
        if index < log.endIndex, log[index].place == place { return .duplicate }
        log.insert(observation, at: index)
        current = base
        for known in log { current.take(known, method, limits) }
        if let passed { current.pass(to: passed, method, limits) }
        if log.count >= limits.logged { settle(16, method, limits) }
        return .taken
    }

    /// Keeps the latest event for when the fact is raised without one.
    private mutating func remember(_ sample: Sample) {
        if self.sample.map({ $0.time <= sample.time }) ?? true { self.sample = sample }
    }

    /// Takes an event of a key whose absence matters. An older one than the latest changes nothing.
    mutating func isHeard(_ sample: Sample, _ observation: Observation, _ method: Method) -> Bool {
        if absence == nil {
            absence = AbsenceWatch(observation.place, handled: observation.handled)
        } else if absence?.take(observation.place, handled: observation.handled, method) == false {
            return false
        }
        self.sample = sample
        if current.episode != nil { end() }
        return true
    }

    private mutating func append(_ observation: Observation, _ method: Method, _ limits: Limits) {
        current.take(observation, method, limits)
        if base == nil { return }
        log.append(observation)
        // In steps, since the front of an array is dear.
        guard log.count % 16 == 0 else { return }
        var settled = log.prefix { $0.time + limits.lateness < observation.time }.count
        if log.count >= limits.logged { settled = max(settled, 16) }
        settle(settled, method, limits)
    }

    /// Lets go of the oldest observations: nothing comes before them any more.
    private mutating func settle(_ count: Int, _ method: Method, _ limits: Limits) {
        for observation in log.prefix(count) { base?.take(observation, method, limits) }
        base?.ended = nil
        log.removeFirst(count)
    }

    /// Moves the detector's windows on to `time`, which no event showed.
    mutating func pass(to time: Timestamp, _ method: Method, _ limits: Limits) {
        passed = max(passed ?? time, time)
        current.pass(to: time, method, limits)
    }

    /// Ends the occurrence for a reason that lies outside its events. What they say is settled.
    mutating func end() {
        current.end()
        settleAll()
    }

    /// Begins an occurrence for a reason that lies outside its events.
    mutating func begin(_ episode: Episode) {
        current.episode = episode
        settleAll()
    }

    private mutating func settleAll() {
        if base != nil { base = current }
        base?.ended = nil
        log = []
    }

    /// Takes what the journal tells of the fact. What happened before it is settled.
    mutating func restore(_ told: OpenFact, at time: Timestamp) {
        let fact = told.fact
        answered = Answered(evidence: fact.evidence, before: fact.last)
        current.settle(before: fact.last, fact.evidence.last, handled: time)
        if fact.transition == .cleared {
            open = nil
            return end()
        }
        open = told
        begin(
            Episode(
                first: fact.first, last: fact.last, value: fact.value, evidence: fact.evidence, handled: time))
    }

    /// What is to be told of a key.
    enum Outcome: Sendable {
        case nothing
        case raise(Episode)
        case update
        case close
        /// What was told is over, and another occurrence has begun.
        case replace(Episode)
    }

    /// What is to be told now. Only what shows the fact is worth an update.
    mutating func outcome(isEvidence: Bool, at time: Timestamp, _ limits: Limits) -> Outcome {
        guard let last = open?.fact.last else {
            if let episode = current.episode { return .raise(episode) }
            refused = nil
            return .nothing
        }
        guard let episode = current.episode else { return .close }
        if episode.first > last { return .replace(episode) }
        return isEvidence && refresh(at: time, limits) ? .update : .nothing
    }

    /// Notes that the occurrence is not told, for want of room. Gives whether it is another than was refused before.
    mutating func refuse(_ episode: Episode) -> Bool {
        defer { refused = episode.last }
        return refused.map { episode.first > $0 } ?? true
    }

    /// Makes the told fact say what is known by now. Gives whether that is worth telling again.
    private mutating func refresh(at time: Timestamp, _ limits: Limits) -> Bool {
        guard let episode = current.episode, let told = open?.told else { return false }
        open?.fact.first = episode.first
        open?.fact.last = episode.last
        open?.fact.value = episode.value
        let isFlapping = current.flapping.isFlapping
        if (open?.fact.flapping == true) == isFlapping {
            guard time - told >= limits.updateInterval, open?.fact.evidence != episode.evidence else { return false }
        }
        open?.fact.flapping = isFlapping ? true : nil
        open?.fact.evidence = episode.evidence
        open?.told = time
        return true
    }

    /// Makes the told fact say how it ended.
    mutating func conclude() {
        if let ended = current.ended {
            open?.fact.first = ended.first
            open?.fact.last = ended.last
            open?.fact.value = ended.value
            open?.fact.evidence = ended.evidence
        }
        current.ended = nil
        open?.fact.flapping = current.flapping.isFlapping ? true : nil
    }

    /// When the key wants attention, unless that is on the clock already; from now on it is.
    mutating func nextDeadline(_ method: Method) -> Timestamp? {
        guard let deadline = deadline(method), scheduled.map({ deadline < $0 }) ?? true else { return nil }
        scheduled = deadline
        return deadline
    }

    /// When the key wants attention without an event; `nil` if never.
    func deadline(_ method: Method) -> Timestamp? {
        let expiry = method.ttl.flatMap { ttl in current.episode.map { $0.handled + ttl } }
        let silence = current.episode == nil ? absence?.due(method) : nil as Timestamp?
        return [due, retry, expiry, silence, current.turn(method)?.reading].compactMap(\.self).min()
    }
}

/// Events that an earlier instance has answered for: if they come again, they raise nothing.
struct Answered: Sendable, Codable {
    /// The events that the fact named.
    let evidence: [EventIdentity]
    /// Those that it did not name happened before this.
    let before: Timestamp

    func contains(_ observation: Observation) -> Bool {
        observation.time < before || evidence.contains(observation.identity)
    }
}

/// An open fact with a root.
struct Child: Sendable, Codable {
    /// Its rule, and its key.
    let fact: String
    let key: String
    /// The latest event that showed it when it was raised.
    let time: Timestamp
    /// The event that told of it.
    let told: EventIdentity
    /// Whether the root that is open stands for it.
    var isMember = false
}
