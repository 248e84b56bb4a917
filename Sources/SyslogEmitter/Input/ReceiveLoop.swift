package import ExhaustCore
package import ExhaustRuntime
import Glibc
package import Logging

/// Receives from all sockets on one thread with poll(2), until told to stop.
///
/// It never waits for the outbox: datagrams that find no room are dropped, counted and published as a gap, since their
/// senders would hang or lose them unseen; connections that find no room are not read until there is some.
package final class ReceiveLoop {
    /// What may change while the loop runs.
    package struct Settings: Sendable {
        package var maker: RecordMaker
        /// How many bytes of a message are kept.
        package var messageBytes: Int
        package var connections: Int
        /// How much one sender may send; `nil` for everything.
        package var rateLimit: RateLimit?
        /// What new connections by TLS need; must be there if there is a listener for them.
        package var tls: TLSContext?

        package init(
            maker: RecordMaker, messageBytes: Int, connections: Int, rateLimit: RateLimit? = nil,
            tls: TLSContext? = nil
        ) {
            self.maker = maker
            self.messageBytes = messageBytes
            self.connections = connections
            self.rateLimit = rateLimit
            self.tls = tls
        }
    }

    var listeners: [Listener]
    var drops: [KernelDrops]
    private var nextReport: Timestamp
    let settings: @Sendable () -> Settings

    let sink: any RecordSink
    let clock: @Sendable () -> Timestamp
    let logger: Logger
    let counters: Counters

    // Of receiving datagrams.
    let batch: DatagramBatch
    var losses = Losses()
    var addresses = AddressTexts()
    var executables = SenderExecutables()
    let own: OwnMessages
    var rates = RateLimiter()

    // Of connections.
    var connections: [StreamConnection] = []
    /// Set while the process has no descriptor left for a connection that waits.
    var isOutOfDescriptors = false
    var refusals = RepeatedFailure()
    var failedAccepts = RepeatedFailure()
    var refusedPeers = RepeatedFailures()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

    /// A loop over open `listeners`, of which it removes the files when it stops.
    package init(
        listeners: [Listener], settings: @escaping @Sendable () -> Settings, sink: any RecordSink, logger: Logger,
        counters: Counters, own: OwnMessages = OwnMessages(), clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.listeners = listeners
        self.settings = settings
        self.sink = sink
        self.logger = logger
        self.counters = counters
        self.own = own
        self.clock = clock
        drops = Array(repeating: KernelDrops(), count: listeners.count)
        nextReport = clock()
        batch = DatagramBatch(size: max(65_536, settings().messageBytes))
    }

    deinit { buffer.deallocate() }

    /// Receives until `isStopped`, which is asked five times a second at least; then asks senders to end, reads what
    /// the sockets still hold, for at most `grace`, and removes the Unix sockets' files.
    package func run(grace: Duration = .seconds(10), isStopped: () -> Bool) {
        while !isStopped() { _ = turn() }
        finish(grace: grace)
    }

    /// Waits for input, 200 ms at most, and takes it. Gives whether there was any.
    func turn(wait: Bool = true) -> Bool {
        deliver()
        report()
        let now = ContinuousClock.now
        var entries = listeners.map { listener in
            let isResting = listener.kind.isStream && isOutOfDescriptors
            return pollfd(fd: isResting ? -1 : listener.socket.descriptor, events: Int16(POLLIN), revents: 0)
        }
        // A negative descriptor is passed over, so that the hang-up of a waiting connection does not spin the loop.
        let open = connections
        // In the end everything is read, from those too who send more than they may.
        let isHeld = open.map { wait ? $0.isHeld(at: now) : $0.isWaiting }
        entries += zip(open, isHeld).map { connection, isHeld in
            pollfd(fd: isHeld ? -1 : connection.socket.descriptor, events: connection.events, revents: 0)
        }
        let limit: Int32 = !wait ? 0 : needsTurnsSoon || isHeld.contains(true) ? 10 : 200
        isOutOfDescriptors = false
        poll(&entries, nfds_t(entries.count), limit)
        // As they are now: what was reloaded while this waited counts for the connection that it waited for.
        let settings = settings()
        rates.limit = settings.rateLimit
        var hadInput = false
        for (index, connection) in open.enumerated() {
            guard entries[listeners.count + index].revents != 0 || connection.isLate(at: now) else { continue }
            hadInput = true
            serve(connection, settings)
        }
        removeEnded()
        for (index, listener) in listeners.enumerated() where entries[index].revents != 0 {
            hadInput = true
            if listener.kind.isStream { accept(listener, settings) } else { receive(listener, settings) }
        }
        return hadInput
    }

    /// Whether something other than input has to be looked after.
    private var needsTurnsSoon: Bool { isOutOfDescriptors || losses.isPending }

    /// Hands on what waits, and drops connections that have ended.
    func deliver() {
        for connection in connections where connection.isWaiting {
            counters.add("syslog.received", connection.deliver(to: sink))
        }
        removeEnded()
    }

    private func removeEnded() { connections.removeAll { $0.isClosed && !$0.isWaiting } }

    /// Once a second, asks what the kernel dropped and publishes what was lost.
    func report(isLast: Bool = false) {
        let now = clock()
        guard isLast || now >= nextReport else { return }
        nextReport = now + .seconds(1)
        for (index, listener) in listeners.enumerated() {
            guard case .udp = listener.kind else { continue }
            let count = drops[index].new(listener.socket)
            guard count > 0 else { continue }
            losses.add(.kernelDrop(listener.name), count, at: now)
            counters.add("syslog.kernel_dropped", count)
        }
        losses.publish(to: sink, now: now)
    }
}
