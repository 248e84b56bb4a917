import ExhaustCore

/// A rule with everything that it remembers.
struct RuleState: Sendable {
    let rule: Rule
    /// By the fact's key.
    var keys: [String: KeyState] = [:]
    /// The keys of open facts by host, oldest first.
    var openKeys: [HostID: [String]] = [:]
    /// Expressions that failed since this was last told.
    private(set) var failures = 0
    private(set) var lastFailure: ExpressionError?

    /// Keys by age: each once, with the use after which it was put there.
    private var queue: [(key: String, serial: UInt64)] = []
    private var head = 0
    private var uses: UInt64 = 0

    init(_ rule: Rule) { self.rule = rule }

    /// Makes sure that there is a state for `key` and marks it as used. False if there is no room for it.
    mutating func touch(_ key: String, host: HostID, limit: Int) -> Bool {
        uses += 1
        if keys[key] != nil {
            keys[key]?.serial = uses
            return true
        }
        if keys.count >= limit, !forgetOldest() { return false }
        keys[key] = KeyState(host: host, serial: uses)
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
            if state.open == nil, state.serial == serial {
                keys[key] = nil
                return true
            }
            queue.append((key, state.serial))
        }
        return false
    }

    mutating func open(_ fact: OpenFact, key: String) {
        keys[key]?.open = fact
        openKeys[fact.host, default: []].append(key)
    }

    /// Closes the fact of `key` and gives it. `settled` is when events showed it to be over, if events did.
    mutating func close(_ key: String, settled: Timestamp?) -> OpenFact? {
        guard let open = keys[key]?.open else { return nil }
        keys[key]?.open = nil
        if let settled { keys[key]?.settled = settled }
        keys[key]?.window.removeAll()
        openKeys[open.host]?.removeAll { $0 == key }
        if openKeys[open.host]?.isEmpty == true { openKeys[open.host] = nil }
        return open
    }

    mutating func note(_ failure: ExpressionError) {
        failures += 1
        lastFailure = failure
    }

    /// Gives the failures since the last time, if any.
    mutating func takeFailures() -> Notice? {
        guard let lastFailure, failures > 0 else { return nil }
        defer { failures = 0 }
        return .evaluationErrors(rule: rule.fact, count: failures, last: lastFailure)
    }
}
