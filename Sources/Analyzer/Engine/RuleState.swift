import ExhaustCore

/// A rule with everything that it remembers.
struct RuleState: Sendable {
    let rule: Rule
    let method: Method
    /// By the fact's key.
    var keys: [String: KeyState] = [:]
    /// What `new` has seen, by the key without the value.
    var seen: [String: SeenValues] = [:]
    /// The keys of open facts by host, oldest first.
    private(set) var openKeys: [HostID: [String]] = [:]
    /// Expressions that failed, and observations that came too late, since this was last told.
    private(set) var failures = 0
    private(set) var lastFailure: ExpressionError?
    var late = 0
    /// Times that there was no room for a key since this was last told.
    var refusedKeys = 0

    /// Keys by age: each once, with the use after which it was put there.
    private var queue: [(key: String, serial: UInt64)] = []
    private var head = 0
    private var uses: UInt64 = 0

    init(_ rule: Rule) {
        self.rule = rule
        method = Method(rule)
    }

    /// Makes sure that there is a state for `key` and marks it as used. False if there is no room for it.
    mutating func touch(_ key: String, host: HostID, limit: Int) -> Bool {
        uses += 1
        if keys[key]?.use(uses) != nil { return true }
        if keys.count >= limit, !forgetOldest() { return false }
        keys[key] = KeyState(host: host, method, serial: uses)
        queue.append((key, uses))
        return true
    }

    /// Drops the key that was unused for longest, but none with an open fact. The search is short on purpose: a rule
    /// whose oldest keys are all in use takes no new ones.
    private mutating func forgetOldest() -> Bool {
        for _ in 0..<min(queue.count - head, 256) {
            let (key, serial) = queue[head]
            head += 1
            if head > 1024, head > queue.count / 2 {
                queue.removeFirst(head)
                head = 0
            }
            guard let state = keys[key] else { continue }
            if state.open == nil, state.family.isEmpty, state.serial == serial {
                keys[key] = nil
                return true
            }
            queue.append((key, state.serial))
        }
        return false
    }

    /// Takes an observation about a key that it knows; `sample` is the event behind it, if that shows the fact. A use
    /// of the key, unless it was just made.
    mutating func take(
        _ observation: Observation, key: String, _ sample: Sample?, isFresh: Bool = false, at time: Timestamp,
        _ limits: Limits
    ) -> KeyState.Step? {
        let method = method
        if !isFresh { uses += 1 }
        let serial = uses
        // One look-up for everything, since this is what nearly every event comes to.
        return keys[key]?.step(observation, sample, method, serial: serial, at: time, limits)
    }

    /// Takes an event of a key whose absence matters.
    mutating func isHeard(_ key: String, _ sample: Sample, _ observation: Observation) -> Bool {
        let method = method
        return keys[key]?.isHeard(sample, observation, method) ?? false
    }

    /// The full key of what `sample` shows.
    func key(of sample: Sample) throws(ExpressionError) -> FactKey { try FactKey(rule, in: sample.bindings()) }

    mutating func open(_ fact: OpenFact, key: String) {
        if keys[key]?.open == nil { openKeys[fact.host, default: []].append(key) }
        keys[key]?.open = fact
    }

    /// Closes the fact of `key` and gives it.
    mutating func close(_ key: String) -> OpenFact? {
        guard let open = keys[key]?.open else { return nil }
        keys[key]?.open = nil
        openKeys[open.host]?.removeAll { $0 == key }
        if openKeys[open.host]?.isEmpty == true { openKeys[open.host] = nil }
        return open
    }

    /// When `key` wants attention, unless that is on the clock already; from now on it is.
    mutating func nextDeadline(_ key: String) -> Timestamp? {
        let method = method
        return keys[key]?.nextDeadline(method)
    }

    /// Forgets the hosts for which `isReleased` holds.
    mutating func release(_ isReleased: (HostID) -> Bool) {
        keys = keys.filter { !isReleased($0.value.host) }
        seen = seen.filter { !isReleased($0.value.host) }
        openKeys = openKeys.filter { !isReleased($0.key) }
    }

    /// Takes over what was known of keys that it does not know.
    mutating func recall(_ known: [String: KeyState], _ seen: [String: SeenValues]) {
        for (key, state) in known.sorted(by: { ($0.value.serial, $0.key) < ($1.value.serial, $1.key) }) {
            uses += 1
            keys[key] = state
            keys[key]?.use(uses)
            queue.append((key, uses))
            if let open = state.open { openKeys[open.host, default: []].append(key) }
        }
        self.seen.merge(seen) { $1 }
    }

    mutating func note(_ failure: ExpressionError) {
        failures += 1
        lastFailure = failure
    }

    /// Gives what there is to say since the last time.
    mutating func takeNotices() -> [Notice] {
        var notices: [Notice] = []
        if let lastFailure, failures > 0 {
            notices.append(.evaluationErrors(rule: rule.fact, count: failures, last: lastFailure))
        }
        if late > 0 { notices.append(.late(rule: rule.fact, count: late)) }
        if refusedKeys > 0 { notices.append(.tooManyKeys(rule: rule.fact, count: refusedKeys)) }
        (failures, late, refusedKeys) = (0, 0, 0)
        return notices
    }
}
