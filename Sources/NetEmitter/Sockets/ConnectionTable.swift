import ExhaustCore

/// The connections that exist, by their cookies, and what they add up to since the last summary. A value without I/O.
struct ConnectionTable {
    private struct Connection {
        var tuple: SocketTuple
        var isIngress: Bool
        var owner: SocketOwner?
        var counters: TCPCounters
        var look: Int
    }

    /// What there is beyond is not followed one by one: of such connections the states alone are counted.
    private static let limit = 262_144

    /// The process whose connections are left out; `nil` for none.
    let excluded: Int32?
    private var connections: [UInt64: Connection] = [:]
    private var groups = ConnectionGroups()
    private var look = 0

    init(excluding pid: Int32?) { excluded = pid }

    /// Connections of which no process is known.
    var unattributed: Int { connections.values.count { $0.owner?.pid == nil } }

    /// A look at all connections begins.
    mutating func begin() { look += 1 }

    /// Notes that a connection is there still; `false` if it was not known.
    mutating func see(_ socket: InetSocket) -> Bool {
        guard let place = connections.index(forKey: socket.cookie), connections.values[place].tuple == socket.tuple
        else {
            return false
        }
        connections.values[place].look = look
        return true
    }

    /// The owner of a known connection.
    func owner(_ cookie: UInt64) -> SocketOwner? { connections[cookie]?.owner }

    /// A connection that was not known, or whose owner was found.
    ///
    /// - Parameter isOld: it was there before the first look, so that what it has sent so far does not count.
    /// - Returns: whether it is followed, and what the same socket was connected to before, as UDP's can be anew.
    mutating func add(
        _ socket: InetSocket, _ owner: SocketOwner?, isIngress: Bool, isOld: Bool
    ) -> (isFollowed: Bool, former: SocketTuple?) {
        let known = connections[socket.cookie]
        if let known, known.tuple == socket.tuple {
            connections[socket.cookie]?.owner = owner
            return (true, nil)
        }
        if let known { update(known) { $0.closed += 1 } }
        guard known != nil || connections.count < Self.limit else { return (false, nil) }
        let counters = isOld ? socket.info.map { TCPCounters($0) } : nil
        let connection = Connection(
            tuple: socket.tuple, isIngress: isIngress, owner: owner, counters: counters ?? TCPCounters(), look: look)
        connections[socket.cookie] = connection
        if !isOld { update(connection) { $0.opened += 1 } }
        return (true, known?.tuple)
    }

    /// Notes what a connection has done, and `counts` it in the summary that is being made. One that no socket stands
    /// for any more, or none yet, has the owner and direction given.
    mutating func measure(_ socket: InetSocket, _ owner: SocketOwner?, isIngress: Bool, counts: Bool) {
        var connection =
            connections[socket.cookie]
            ?? Connection(
                tuple: socket.tuple, isIngress: isIngress, owner: owner, counters: TCPCounters(), look: look)
        let isKnown = connections[socket.cookie] != nil
        let counters = socket.info.map { TCPCounters($0) }
        let difference = isKnown ? counters?.since(connection.counters) : nil
        if isKnown, let counters {
            connection.counters = counters
            connections[socket.cookie]?.counters = counters
        }
        let quality = socket.info.map { TCPQuality($0) }
        update(connection) { group in
            if let difference { group.counters.add(difference) }
            guard counts else { return }
            group.states[socket.state, default: 0] += 1
            if let quality { group.quality.add(quality) }
            group.receiveQueue += UInt64(socket.receiveQueue)
            group.sendQueue += UInt64(socket.sendQueue)
        }
    }

    /// A connection has ended, with its last counters. One that was not known began since the last look.
    mutating func close(_ socket: InetSocket, _ owner: SocketOwner?, isIngress: Bool) {
        let former = connections.removeValue(forKey: socket.cookie)
        let connection =
            former
            ?? Connection(
                tuple: socket.tuple, isIngress: isIngress, owner: owner, counters: TCPCounters(), look: look)
        let difference = socket.info.map { TCPCounters($0).since(connection.counters) }
        let quality = socket.info.map { TCPQuality($0) }
        // Who calls has at least its SYN acknowledged.
        let isFailed = !connection.isIngress && socket.info?.bytesAcknowledged == 0
        update(connection) { group in
            group.opened += former == nil ? 1 : 0
            group.closed += 1
            group.failed += isFailed ? 1 : 0
            if let difference { group.counters.add(difference) }
            if let quality { group.quality.add(quality) }
        }
    }

    /// Takes out the connections that the look which ends did not see, nor the `patience` looks before, in which the
    /// kernel's word of their end may still come. What they did at last is not known.
    mutating func takeUnseen(patience: Int) -> [SocketTuple] {
        let gone = connections.filter { $0.value.look < look - patience }
        for (cookie, connection) in gone {
            connections[cookie] = nil
            update(connection) { $0.closed += 1 }
        }
        return gone.values.map(\.tuple)
    }

    /// The summary: the `count` largest groups and the rest.
    mutating func takeGroups(_ count: Int) -> [ConnectionGroup] { groups.take(count) }

    private mutating func update(_ connection: Connection, _ body: (inout ConnectionGroup) -> Void) {
        if let excluded, connection.owner?.pid == excluded { return }
        let key = ConnectionGroup.Key(
            transport: connection.tuple.transport, isIngress: connection.isIngress, peer: connection.tuple.peer,
            port: connection.isIngress ? connection.tuple.localPort : connection.tuple.peerPort,
            pid: connection.owner?.pid)
        groups.update(key, connection.owner, body)
    }
}
