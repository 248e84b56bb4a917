import ExhaustCore

/// The values that one key has shown ever.
struct SeenValues: Sendable, Codable {
    let host: HostID
    private var values = SeenSet()

    init(host: HostID) { self.host = host }

    /// Whether `value` is new.
    mutating func take(_ value: String, at time: Timestamp, _ new: Detector.New) -> Bool {
        values.take(value, at: time, learn: new.learn, cap: new.cap)
    }
}

extension RuleState {
    /// Whether the key `group` shows `value` for the first time.
    mutating func isNew(
        _ value: String, of group: String, _ host: HostID, at time: Timestamp, _ new: Detector.New, _ limits: Limits
    ) -> Bool? {
        if seen[group] == nil {
            guard seen.count < limits.keysPerRule else { return nil }
            seen[group] = SeenValues(host: host)
        }
        return seen[group]?.take(value, at: time, new)
    }
}
