/// A role's heartbeat: the payload of `exhaust.status`.
public struct RoleStatus: Codable, Sendable, Hashable {
    /// Where the role is in its life.
    public enum State: String, Codable, Sendable { case starting, running, draining, stopped }

    public var role: String
    public var state: State
    public var version: String
    public var pid: Int
    public var uptimeSeconds: Double
    /// Silence for three intervals means that the role is gone.
    public var intervalSeconds: Double
    /// What the role counts, such as `events.sent`.
    public var counters: [String: Int64]
    /// When the certificate with which the role logs in expires, and in how many days that is; of no role with a
    /// password.
    public var certificateExpires: Timestamp?
    public var certificateDaysLeft: Double?

    enum CodingKeys: String, CodingKey {
        case role, state, version, pid, counters
        case uptimeSeconds = "uptime_seconds"
        case intervalSeconds = "interval_seconds"
        case certificateExpires = "certificate_expires"
        case certificateDaysLeft = "certificate_days_left"
    }

    /// A heartbeat; see the properties.
    public init(
        role: String, state: State, version: String, pid: Int, uptimeSeconds: Double, intervalSeconds: Double,
        counters: [String: Int64]
    ) {
        self.role = role
        self.state = state
        self.version = version
        self.pid = pid
        self.uptimeSeconds = uptimeSeconds
        self.intervalSeconds = intervalSeconds
        self.counters = counters
    }
}
