package import ExhaustCore
package import ExhaustRuntime
import Glibc
package import Logging

/// What of the host's network is published.
package struct LinkSettings: Sendable {
    package var subjects = Set(NetworkSubject.allCases)
    /// How often the interfaces' counters are; `nil` for never.
    package var countersInterval: Duration? = .seconds(60)

    package init() {}
}

/// Publishes what changes in the host's network as the kernel tells it, and the counters of its interfaces.
///
/// It blocks, so it wants a thread of its own. It needs no privilege.
package final class LinkFollower {
    /// A burst of some thousand messages.
    private static let bufferBytes: Int32 = 4 << 20
    private static let longestWait: Int32 = 200

    private let settings: LinkSettings
    private let offer: (TelemetryRecord) -> Bool
    private let counters: Counters
    private let logger: Logger
    private let events: NetlinkSocket
    private let questions: NetlinkSocket
    private var state = NetworkState()
    private var suspends = SuspendWatch(at: .now())
    private var lastLook = Timestamp.now()
    private var nextCounters: ContinuousClock.Instant?
    private var nextRouteCheck = ContinuousClock.now
    private var failures = RepeatedFailure()
    private var unheard = PendingGap(
        kind: "net.link_lost", reason: "messages of the kernel about the network did not fit; all was asked anew")
    private var unpublished = PendingGap(
        kind: "net.outbox_full", reason: "the outbox was full when the network changed")

    /// Begins to listen. `offer` takes a record if it has room for it.
    ///
    /// - Throws: `ExhaustError` where the kernel does not let this process listen.
    package init(
        _ settings: LinkSettings, counters: Counters, logger: Logger, offer: @escaping (TelemetryRecord) -> Bool
    ) throws(ExhaustError) {
        self.settings = settings
        self.counters = counters
        self.logger = logger
        self.offer = offer
        do {
            // Before anything is asked, so that no change falls in between.
            events = try NetlinkSocket(protocol: RouteNetlink.family, receiveBytes: Self.bufferBytes)
            for group in RouteNetlink.groups { try events.join(group) }
            questions = try NetlinkSocket(protocol: RouteNetlink.family, receiveBytes: Self.bufferBytes)
        } catch {
            throw Self.error(error.number)
        }
    }

    /// The interfaces that there are now.
    package static func interfaces() throws(ExhaustError) -> [Interface] {
        do {
            let socket = try NetlinkSocket(protocol: RouteNetlink.family, receiveBytes: Self.bufferBytes)
            return try answers(socket, RouteNetlink.dumpLinks).compactMap { Interface($0.content) }
        } catch {
            throw Self.error(error.number)
        }
    }

    /// Publishes until `isStopped`, which is asked five times a second at least. `onChange` hears of the interfaces at
    /// first and whenever they change.
    package func run(isStopped: () -> Bool, onChange: ([Interface]) -> Void) throws(ExhaustError) {
        do { publish(state.begin(with: try inventory())) } catch { throw Self.error(error.number) }
        nextCounters = settings.countersInterval.map { _ in .now }
        onChange(Array(state.links.entities.values))
        while !isStopped() {
            let links = state.links.entities
            do { try turn() } catch {
                let error = Self.error(error.number)
                if let count = failures.note(at: .now()) {
                    logger.warning("\(error.message)", metadata: ["failures": "\(count)"])
                }
            }
            if links != state.links.entities { onChange(Array(state.links.entities.values)) }
        }
    }

    private func turn() throws(Socket.Failure) {
        var request = pollfd(fd: events.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&request, 1, Self.longestWait)
        let now = Timestamp.now()
        defer { lastLook = now }
        if let asleep = suspends.check(.now()) { tell(asleep, now) }
        try listen()
        if state.hasRoutesToCheck, nextRouteCheck <= .now {
            nextRouteCheck = .now + .seconds(1)
            publish(state.replaceRoutes(with: try Self.answers(questions, RouteNetlink.dumpRoutes)))
        }
        if let due = nextCounters, due <= .now, let interval = settings.countersInterval {
            nextCounters = max(due + interval, .now)
            try publishCounters(now)
        }
        unheard.publish(at: now, to: offer)
        unpublished.publish(at: now, to: offer)
    }

    /// Takes what the kernel told.
    private func listen() throws(Socket.Failure) {
        while true {
            switch try events.receive() {
            case .nothing: return
            case .messages(let messages): publish(messages.compactMap { state.take($0) })
            case .lost(let count):
                counters.add("net.link_lost", count)
                unheard.add(count, since: lastLook)
                publish(state.replace(with: try inventory()))
            }
        }
    }

    private func publish(_ changes: [NetworkChange]) {
        let now = Timestamp.now()
        for change in changes where settings.subjects.contains(change.subject) {
            counters.add("net.changes")
            if !offer(change.record(at: now)) { unpublished.add(1, since: now) }
        }
    }

    private func publishCounters(_ now: Timestamp) throws(Socket.Failure) {
        let interfaces = try Self.answers(questions, RouteNetlink.dumpLinks).compactMap {
            InterfaceCounters.data($0.content)
        }
        let data: ValueMap = ["system.network": .list(interfaces.map { .map($0) })]
        let record = TelemetryRecord(type: .netInterface, time: now, data: data)
        if !offer(record) { unpublished.add(1, since: now) }
    }

    /// Nobody knows what went by meanwhile.
    private func tell(_ asleep: Duration, _ now: Timestamp) {
        let seconds = asleep.inSeconds
        logger.info("the machine was suspended", metadata: ["exhaust.suspended": "\(seconds)"])
        let data: ValueMap = [
            "kind": "net.suspended", "count": 1, "reason": "the machine was suspended, and saw nothing of its network",
            "since": .string(lastLook.description), "exhaust.suspended": .double(seconds),
        ]
        if !offer(TelemetryRecord(type: .gap, time: now, data: data)) { unpublished.add(1, since: now) }
    }

    private func inventory() throws(Socket.Failure) -> NetworkState.Inventory {
        NetworkState.Inventory(
            links: try Self.answers(questions, RouteNetlink.dumpLinks),
            addresses: try Self.answers(questions, RouteNetlink.dumpAddresses),
            routes: try Self.answers(questions, RouteNetlink.dumpRoutes),
            neighbours: try Self.answers(questions, RouteNetlink.dumpNeighbours))
    }

    /// More than is kept of them is not needed: a router may have a million routes.
    private static func answers(
        _ socket: NetlinkSocket, _ request: [UInt8]
    ) throws(Socket.Failure) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        try socket.ask(request) { if messages.count <= NetworkState.limit { messages.append($0) } }
        return messages
    }

    private static func error(_ number: Int32) -> ExhaustError {
        ExhaustError(
            .unavailable, errno: number, "cannot ask the kernel about the network",
            advice: "the service may need AF_NETLINK among its address families")
    }
}
