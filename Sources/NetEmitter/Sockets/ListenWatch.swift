import ExhaustCore

/// A port that waits for whoever comes, with all the sockets that share it.
struct Listener {
    /// What makes it one and the same.
    struct Key: Hashable {
        var transport: UInt8
        var address: IPAddress
        var port: UInt16
        /// The interface that it is bound to; 0 for none.
        var interface: UInt32
    }

    let key: Key
    var cookies: Set<UInt64> = []
    var owner: SocketOwner?
    /// Connections, or bytes of datagrams, that wait, and how many connections may.
    var queue: UInt64 = 0
    var backlog: UInt64 = 0
    /// What did not fit, by socket, modulo 2^32.
    var drops: [UInt64: UInt32] = [:]

    mutating func add(_ socket: InetSocket, _ owner: SocketOwner?) {
        cookies.insert(socket.cookie)
        self.owner = self.owner?.pid == nil ? owner : self.owner
        queue += UInt64(socket.receiveQueue)
        if socket.tuple.transport == SocketTuple.tcp { backlog += UInt64(socket.sendQueue) }
        drops[socket.cookie] = socket.memory?.drops
    }
}

extension Listener.Key {
    init(_ socket: InetSocket) {
        self.init(
            transport: socket.tuple.transport, address: socket.tuple.local, port: socket.tuple.localPort,
            interface: socket.interface)
    }
}

/// Finds out which ports were opened and closed, by comparing what there is with what there was.
struct ListenWatch {
    /// What became of a port.
    enum Change: String {
        /// It was there when the emitter started.
        case found
        case opened
        case closed
    }

    /// A UDP port that the kernel may have chosen (ip_local_port_range) is most often a client's that waits for an
    /// answer. It is told of once it is this old.
    static let settling: Duration = .seconds(30)

    let ephemeral: ClosedRange<UInt16>
    private var known: [Listener.Key: Listener] = [:]
    private var settling: [Listener.Key: Timestamp] = [:]
    private var isFirst = true

    init(ephemeral: ClosedRange<UInt16>) { self.ephemeral = ephemeral }

    /// Takes all that listen now. Gives what changed, in the order of the ports.
    mutating func take(
        _ listeners: [Listener.Key: Listener], now: Timestamp
    ) -> [(change: Change, listener: Listener)] {
        var changes: [(change: Change, listener: Listener)] = []
        for (key, listener) in known where listeners[key] == nil {
            changes.append((.closed, listener))
            known[key] = nil
        }
        settling = settling.filter { listeners[$0.key] != nil }
        for (key, listener) in listeners {
            if let former = known[key] {
                // Another program has taken the port over, or the same was started anew.
                if former.cookies.isDisjoint(with: listener.cookies) {
                    changes += [(.closed, former), (.opened, listener)]
                }
            } else if isSettling(key, now) {
                continue
            } else {
                changes.append((isFirst ? .found : .opened, listener))
            }
            known[key] = listener
        }
        isFirst = false
        return changes.enumerated().sorted { Self.order($0) < Self.order($1) }.map(\.element)
    }

    private mutating func isSettling(_ key: Listener.Key, _ now: Timestamp) -> Bool {
        guard key.transport == SocketTuple.udp, ephemeral.contains(key.port) else { return false }
        let since = settling[key] ?? now
        settling[key] = since
        if now - since < Self.settling { return true }
        settling[key] = nil
        return false
    }

    private static func order(
        _ entry: (offset: Int, element: (change: Change, listener: Listener))
    ) -> (UInt8, UInt16, IPAddress, Int) {
        let key = entry.element.listener.key
        return (key.transport, key.port, key.address, entry.offset)
    }
}
