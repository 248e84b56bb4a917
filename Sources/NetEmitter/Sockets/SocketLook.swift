import ExhaustCore
import ExhaustRuntime
import Glibc

/// What the looks at the sockets have found out so far.
struct SocketLook {
    /// What belongs to no process: SYN_RECV, TIME_WAIT and NEW_SYN_RECV are counted in summaries alone.
    private static let withoutProcess: Set<UInt8> = [3, 6, 12]
    private static let ofProcesses = SocketDiagnostics.States.all.subtracting(
        .init(rawValue: withoutProcess.reduce(0) { $0 | 1 << UInt32($1) }))

    private let settings: SocketSettings
    private let owners: SocketOwners
    private let transports: [UInt8]
    private let hearsOfClosed: Bool
    private var finder = ProcessFinder()
    private var watch: ListenWatch
    private var table: ConnectionTable
    private var listeners: [Listener.Key: Listener] = [:]
    /// Ports that listen, by transport: a connection at one of them was called by its peer.
    private var ports: [UInt8: Set<UInt16>] = [:]
    private var drops = PortDrops()
    private var isFirst = true
    private var lastSummary: Timestamp?
    private var hasToldRefusal = false

    /// - Parameter hearsOfClosed: `close` is called for connections that end.
    init(_ settings: SocketSettings, owners: SocketOwners, transports: [UInt8], hearsOfClosed: Bool) {
        self.settings = settings
        self.owners = owners
        self.transports = transports
        self.hearsOfClosed = hearsOfClosed
        watch = ListenWatch(ephemeral: EphemeralPorts.read())
        table = ConnectionTable(excluding: settings.excludedProcess)
    }

    func close() { finder.close() }

    /// Whether processes turned out to be out of reach; once.
    mutating func takeRefusal() -> Bool {
        guard finder.refusals > 0, !hasToldRefusal else { return false }
        hasToldRefusal = true
        return true
    }

    /// Looks at all sockets. Gives what changed and, if it `summarizes`, what they add up to.
    mutating func look(
        _ diagnostics: SocketDiagnostics, summarizes: Bool, now: Timestamp
    ) throws -> [TelemetryRecord] {
        finder.refresh(all: summarizes)
        // Reading the measures of a connection holds up who uses it for a moment, so it is done no more than needed.
        let isFull = summarizes || isFirst || !hearsOfClosed
        let extensions: SocketDiagnostics.Extensions = summarizes ? [.info, .memory] : isFull ? .info : []
        var census = Census()
        var (listening, later): ([InetSocket], [InetSocket]) = ([], [])
        table.begin()
        for transport in transports {
            try diagnostics.dump(
                transport: transport, states: summarizes ? .all : Self.ofProcesses, extensions
            ) { socket in
                census.add(socket)
                if socket.isListener {
                    listening.append(socket)
                } else if socket.tuple.peerPort != 0, !isSettled(socket, isFull: isFull, summarizes, now) {
                    later.append(socket)
                }
            }
        }
        finder.search(
            (listening + later).map { ProcessFinder.Wanted(inode: $0.inode, controlGroup: $0.controlGroup) })
        note(listening, now: now)
        let changes = watch.take(listeners, now: now)
        for socket in later { follow(socket, owner(of: socket, now), isFull: isFull, summarizes, now) }
        for tuple in table.takeUnseen(patience: hearsOfClosed ? 1 : 0) { owners.close(tuple, now: now) }
        isFirst = false
        return changes.map { SocketRecords.record($0.change, $0.listener, now: now) }
            + (summarizes ? summary(census, now: now) : [])
    }

    /// A connection has ended, with its last measures.
    mutating func close(_ socket: InetSocket, now: Timestamp) {
        guard !isFirst, socket.tuple.peerPort != 0, socket.tuple.localPort != 0 else { return }
        table.close(socket, owners.owner(of: socket.tuple), isIngress: isIngress(socket))
        owners.close(socket.tuple, now: now)
    }

    /// Finds the owners of conversations that have begun.
    mutating func answer(_ questions: [SocketTuple], _ diagnostics: SocketDiagnostics, now: Timestamp) {
        let found = questions.compactMap { tuple in diagnostics.find(tuple).map { (tuple, $0) } }
        finder.search(found.map { ProcessFinder.Wanted(inode: $0.1.inode, controlGroup: $0.1.controlGroup) })
        for (tuple, socket) in found where socket.inode != 0 {
            owners.remember(tuple, owner(of: socket, now), now: now)
        }
    }

    /// Counts a connection whose owner is known. Gives `false` if it has to be found first.
    private mutating func isSettled(_ socket: InetSocket, isFull: Bool, _ summarizes: Bool, _ now: Timestamp) -> Bool {
        if Self.withoutProcess.contains(socket.state.rawValue) {
            table.measure(socket, owners.owner(of: socket.tuple), isIngress: isIngress(socket), counts: summarizes)
            return true
        }
        guard table.see(socket), let owner = table.owner(socket.cookie) else { return false }
        if isFull, let current = finder.owner(of: socket.inode, now: now) {
            follow(socket, current, isFull: isFull, summarizes, now)
            return true
        }
        if socket.inode != 0, isFull || owner.pid == nil { return false }
        if isFull { table.measure(socket, owner, isIngress: isIngress(socket), counts: summarizes) }
        return true
    }

    /// Takes a connection into the table, or its owner, if it is another now.
    private mutating func follow(
        _ socket: InetSocket, _ owner: SocketOwner, isFull: Bool, _ summarizes: Bool, _ now: Timestamp
    ) {
        let (isFollowed, former) = table.add(socket, owner, isIngress: isIngress(socket), isOld: isFirst)
        if let former { owners.close(former, now: now) }
        if isFollowed { owners.open(socket.tuple, owner) }
        if isFull { table.measure(socket, owner, isIngress: isIngress(socket), counts: summarizes) }
    }

    private func isIngress(_ socket: InetSocket) -> Bool {
        ports[socket.tuple.transport]?.contains(socket.tuple.localPort) ?? false
    }

    /// Who has a socket. One that was not accepted yet is the listener's; one that was closed belongs to who closed it.
    private mutating func owner(of socket: InetSocket, _ now: Timestamp) -> SocketOwner {
        if let owner = finder.owner(of: socket.inode, now: now) { return owner }
        if let owner = table.owner(socket.cookie) ?? owners.owner(of: socket.tuple) { return owner }
        return finder.stranger(
            userID: socket.inode == 0 ? nil : socket.userID, controlGroup: socket.controlGroup, now: now)
    }

    private mutating func note(_ listening: [InetSocket], now: Timestamp) {
        listeners.removeAll(keepingCapacity: true)
        ports.removeAll(keepingCapacity: true)
        for socket in listening {
            let owner =
                finder.owner(of: socket.inode, now: now)
                ?? finder.stranger(userID: socket.userID, controlGroup: socket.controlGroup, now: now)
            let key = Listener.Key(socket)
            listeners[key, default: Listener(key: key)].add(socket, owner)
            ports[key.transport, default: []].insert(key.port)
        }
        owners.setAddresses(LocalAddresses.all())
        owners.setListeners(listeners.values.lazy.compactMap { listener in listener.owner.map { (listener.key, $0) } })
    }

    private mutating func summary(_ census: Census, now: Timestamp) -> [TelemetryRecord] {
        let interval = lastSummary.map { now - $0 } ?? settings.summaryInterval
        lastSummary = now
        let slow = drops.take(Array(listeners.values))
        let groups = table.takeGroups(settings.peers)
        return [SocketRecords.record(census.counts, ports: slow, unattributed: table.unattributed, now: now)]
            + groups.map { SocketRecords.record($0, interval: interval, now: now) }
    }

    /// Sockets by transport and state.
    private struct Census {
        var counts: [UInt8: [SocketState: Int]] = [:]

        mutating func add(_ socket: InetSocket) {
            counts[socket.tuple.transport, default: [:]][socket.state, default: 0] += 1
        }
    }
}
