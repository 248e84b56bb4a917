import ExhaustCore

/// Connections of one process with one peer and service, in one direction.
struct ConnectionGroup: Sendable {
    /// What they have in common.
    struct Key: Hashable, Sendable {
        var transport: UInt8
        /// Whether the peer has called.
        var isIngress: Bool
        var peer: IPAddress
        /// The port of the service: the peer's, or this host's for those who called.
        var port: UInt16
        var pid: Int32?
    }

    /// `nil` for the rest: groups that found no place of their own.
    let key: Key?
    var owner: SocketOwner?
    /// How many there are now, by state.
    var states: [SocketState: Int] = [:]
    /// How many began and ended since the last summary, and of those that ended, how many were never answered.
    var opened = 0
    var closed = 0
    var failed = 0
    var counters = TCPCounters()
    var quality = TCPQuality()
    var receiveQueue: UInt64 = 0
    var sendQueue: UInt64 = 0
    /// How many groups these are.
    var groups = 1

    init(key: Key?, owner: SocketOwner?) {
        self.key = key
        self.owner = owner
    }

    var isEmpty: Bool { states.isEmpty && opened == 0 && closed == 0 }

    mutating func add(_ other: ConnectionGroup) {
        states.merge(other.states, uniquingKeysWith: +)
        opened += other.opened
        closed += other.closed
        failed += other.failed
        counters.add(other.counters)
        quality.add(other.quality)
        receiveQueue += other.receiveQueue
        sendQueue += other.sendQueue
        groups += other.groups
    }
}

/// The groups of one interval. There are at most as many as a limit says; what finds no place is summed in one.
struct ConnectionGroups: Sendable {
    private static let limit = 8192
    private var groups: [ConnectionGroup.Key: ConnectionGroup] = [:]
    private var rest = ConnectionGroups.nothing

    private static var nothing: ConnectionGroup {
        var rest = ConnectionGroup(key: nil, owner: nil)
        rest.groups = 0
        return rest
    }

    /// Changes the group of a connection.
    mutating func update(_ key: ConnectionGroup.Key, _ owner: SocketOwner?, _ body: (inout ConnectionGroup) -> Void) {
        guard groups[key] != nil || groups.count < Self.limit else { return body(&rest) }
        body(&groups[key, default: ConnectionGroup(key: key, owner: owner)])
    }

    /// Takes out the `count` largest, by bytes and then by number, and what all others come to.
    mutating func take(_ count: Int) -> [ConnectionGroup] {
        defer { (groups, rest) = ([:], Self.nothing) }
        let sorted = groups.values.filter { !$0.isEmpty }.sorted { Self.size($0) > Self.size($1) }
        var others = rest
        for group in sorted.dropFirst(count) { others.add(group) }
        return sorted.prefix(count) + (others.isEmpty ? [] : [others])
    }

    /// The last numbers make the order the same every time.
    private static func size(_ group: ConnectionGroup) -> (UInt64, Int, UInt64, UInt16, Int32) {
        (
            group.counters.sent &+ group.counters.received, group.states.values.reduce(group.closed, +),
            group.key?.peer.low ?? 0, group.key?.port ?? 0, group.key?.pid ?? 0
        )
    }
}
