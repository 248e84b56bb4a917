import CLinux
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

        package init(maker: RecordMaker, messageBytes: Int, connections: Int) {
            self.maker = maker
            self.messageBytes = messageBytes
            self.connections = connections
        }
    }

    private var listeners: [Listener]
    private var connections: [StreamConnection] = []
    private var loss = DatagramLoss()
    private var nextLossReport: Timestamp
    /// Set while the process has no descriptor left for a connection that waits.
    private var isOutOfDescriptors = false
    private var refusals = RepeatedFailure()
    private var failedAccepts = RepeatedFailure()
    private let settings: @Sendable () -> Settings
    private let sink: any RecordSink
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    private let counters: Counters
    private let buffer: UnsafeMutableRawBufferPointer

    /// How much is read from a connection at a time.
    private static let pieceBytes = 65_536
    /// How many datagrams of one socket are read before the others have their turn.
    private static let datagramsPerTurn = 256

    /// A loop over open `listeners`, of which it removes the files when it stops.
    package init(
        listeners: [Listener], settings: @escaping @Sendable () -> Settings, sink: any RecordSink, logger: Logger,
        counters: Counters, clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.listeners = listeners
        self.settings = settings
        self.sink = sink
        self.logger = logger
        self.counters = counters
        self.clock = clock
        nextLossReport = clock()
        buffer = .allocate(byteCount: max(Self.pieceBytes, settings().messageBytes), alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Receives until `isStopped`, which is asked five times a second at least; then reads what the sockets still
    /// hold, for at most `grace`, and removes the Unix sockets' files.
    package func run(grace: Duration = .seconds(3), isStopped: () -> Bool) {
        while !isStopped() { _ = turn() }
        finish(grace: grace)
    }

    /// Waits for input, 200 ms at most, and takes it. Gives whether there was any.
    private func turn(wait: Bool = true) -> Bool {
        let settings = settings()
        deliver()
        var entries = listeners.map { listener in
            let isResting = if case .tcp = listener.kind { isOutOfDescriptors } else { false }
            return pollfd(fd: isResting ? -1 : listener.socket.descriptor, events: Int16(POLLIN), revents: 0)
        }
        // A negative descriptor is passed over, so that the hang-up of a waiting connection does not spin the loop.
        entries += connections.map { connection in
            pollfd(fd: connection.isWaiting ? -1 : connection.socket.descriptor, events: Int16(POLLIN), revents: 0)
        }
        let isHeld = isOutOfDescriptors || loss.isPending || connections.contains { $0.isWaiting }
        isOutOfDescriptors = false
        guard poll(&entries, nfds_t(entries.count), wait ? (isHeld ? 10 : 200) : 0) > 0 else { return false }
        let open = connections
        for (index, connection) in open.enumerated() where entries[listeners.count + index].revents != 0 {
            read(connection, settings)
        }
        removeEnded()
        for (index, listener) in listeners.enumerated() where entries[index].revents != 0 {
            if case .tcp = listener.kind { accept(listener, settings) } else { receive(listener, settings) }
        }
        return true
    }

    private func finish(grace: Duration) {
        for listener in listeners { listener.removeFile() }
        let deadline = ContinuousClock.now + grace
        // Connections that wait to be accepted are taken with all the others in these turns.
        while ContinuousClock.now < deadline {
            if turn(wait: false) { continue }
            guard connections.contains(where: \.isWaiting) else { break }
            usleep(10_000)
        }
        listeners = []
        let maker = settings().maker
        let flaw = "the emitter stopped before the frame was complete"
        for connection in connections { connection.end(flaw: flaw) { record(of: $0, connection, maker) } }
        while true {
            deliver(reportsLoss: true)
            if connections.isEmpty && !loss.isPending { return }
            guard ContinuousClock.now < deadline else { break }
            usleep(10_000)
        }
        logger.warning(
            "stopped with messages that found no room in the outbox",
            metadata: ["messages.count": "\(connections.reduce(0) { $0 + $1.waitingCount })"])
    }
}

extension ReceiveLoop {
    /// Hands on what waits, and drops connections that have ended.
    private func deliver(reportsLoss: Bool = false) {
        for connection in connections where connection.isWaiting {
            counters.add("syslog.received", connection.deliver(to: sink))
        }
        removeEnded()
        guard loss.isPending else { return }
        let now = clock()
        if reportsLoss || now >= nextLossReport {
            loss.publish(to: sink, now: now)
            nextLossReport = now + .seconds(1)
        }
    }

    private func removeEnded() { connections.removeAll { $0.isClosed && !$0.isWaiting } }

    private func record(of frame: Frame, _ connection: StreamConnection, _ maker: RecordMaker) -> TelemetryRecord {
        maker.record(of: frame, from: connection.origin, received: clock())
    }

    private func read(_ connection: StreamConnection, _ settings: Settings) {
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Self.pieceBytes])
        let state = connection.read(into: piece) { record(of: $0, connection, settings.maker) }
        counters.add("syslog.received", connection.deliver(to: sink))
        if state == .closed {
            logger.debug("connection closed", metadata: ["client.address": "\(connection.origin.address ?? "")"])
        }
    }

    private func accept(_ listener: Listener, _ settings: Settings) {
        while true {
            var storage = sockaddr_storage()
            var length = socklen_t(0)
            let descriptor = exhaust_accept(listener.socket.descriptor, &storage, &length)
            guard descriptor >= 0 else {
                let number = errno
                if number != EAGAIN, number != EINTR, number != ECONNABORTED { acceptFailed(number) }
                return
            }
            let socket = Socket(adopting: descriptor)
            let peer = Endpoint(&storage, length: length)
            guard connections.count < settings.connections else {
                refuse(peer, limit: settings.connections)
                continue
            }
            // Finds peers that are gone without a word; connections may be idle for as long as they like.
            socket.set(SO_KEEPALIVE, 1)
            let origin = Origin(transport: "tcp", address: peer?.address, port: peer?.port)
            connections.append(
                StreamConnection(socket: socket, origin: origin, messageLimit: settings.messageBytes))
        }
    }

    /// Lets the listeners rest for a turn: what waits there would make poll(2) return at once, again and again.
    private func acceptFailed(_ number: Int32) {
        isOutOfDescriptors = true
        guard let count = failedAccepts.note(at: clock()) else { return }
        logger.error(
            "cannot accept connections",
            metadata: ["error.message": "\(ExhaustError.text(ofErrno: number))", "failures.count": "\(count)"])
    }

    private func refuse(_ peer: Endpoint?, limit: Int) {
        counters.add("syslog.connections_refused")
        guard let count = refusals.note(at: clock()) else { return }
        logger.warning(
            "connections refused: max_connections are open",
            metadata: [
                "client.address": "\(peer?.address ?? "")", "connections.max": "\(limit)",
                "failures.count": "\(count)",
            ])
    }

    private func receive(_ listener: Listener, _ settings: Settings) {
        let size = min(settings.messageBytes, buffer.count)
        var (received, dropped) = (0, 0)
        defer {
            if received > 0 { counters.add("syslog.received", received) }
            if dropped > 0 { counters.add("syslog.dropped", dropped) }
        }
        for _ in 0..<Self.datagramsPerTurn {
            var sender = exhaust_sender()
            let count = exhaust_receive_datagram(listener.socket.descriptor, buffer.baseAddress, size, &sender)
            guard count >= 0 else { return }
            if count == 0 { continue }
            var frame = Frame(bytes: Array(buffer[..<min(count, size)]), length: count)
            if frame.isTruncated { frame.endAtCharacter() }
            let now = clock()
            let record = settings.maker.record(of: frame, from: origin(of: &sender, listener), received: now)
            if sink.offer(record) {
                received += 1
            } else {
                dropped += 1
                loss.add(at: now)
            }
        }
    }

    private func origin(of sender: inout exhaust_sender, _ listener: Listener) -> Origin {
        if case .unix = listener.kind {
            let process = Origin.Sender(pid: sender.pid, uid: sender.uid, gid: sender.gid)
            return Origin(transport: "unix", sender: sender.has_credentials != 0 ? process : nil)
        }
        let peer = Endpoint(&sender.address, length: sender.address_length)
        return Origin(transport: "udp", address: peer?.address, port: peer?.port)
    }
}
