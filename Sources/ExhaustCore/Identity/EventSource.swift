/// Who made an event: `//<host>/<role>/<incarnation>`, where the incarnation is a ULID made at each start.
public struct EventSource: Sendable, Hashable, CustomStringConvertible {
    /// The host on which the role runs.
    public let host: HostID
    /// The role's short name, such as `emitter-acct`.
    public let role: String
    /// One start of the role.
    public let incarnation: String

    /// A source; `incarnation` is a new ULID unless given.
    public init(host: HostID, role: String, incarnation: String = ULID().description) {
        self.host = host
        self.role = role
        self.incarnation = incarnation
    }

    public var description: String { "//\(host)/\(role)/\(incarnation)" }

    /// Reads what `description` wrote; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1].isEmpty, let host = HostID(String(parts[2])),
            !parts[3].isEmpty, !parts[4].isEmpty
        else { return nil }
        self.init(host: host, role: String(parts[3]), incarnation: String(parts[4]))
    }
}
