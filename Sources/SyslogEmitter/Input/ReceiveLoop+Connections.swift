import CLinux
import ExhaustCore
import ExhaustRuntime
import Glibc

// Messages that arrive in streams.
extension ReceiveLoop {
    /// Goes on with a connection that may have something to say.
    func serve(_ connection: StreamConnection, _ settings: Settings) {
        let now = ContinuousClock.now
        if let refusal = connection.shakeHands(at: now) { refuse(connection.origin, refusal) }
        guard case .open = connection.phase else { return }
        let count = connection.read(into: buffer) { record(of: $0, connection, settings.maker) }
        if let debt = rates.owes(count, connection.origin.limitedSender, at: now) { connection.rest(until: now + debt) }
        counters.add("syslog.received", connection.deliver(to: sink))
        if connection.isClosed {
            logger.debug("connection closed", metadata: ["client.address": "\(connection.origin.address ?? "")"])
        }
    }

    /// The record of a frame, unless this process has written it itself.
    func record(of frame: Frame, _ connection: StreamConnection, _ maker: RecordMaker) -> TelemetryRecord? {
        let record = maker.record(of: frame, from: connection.origin, received: clock())
        guard !own.isOwn(record.data, from: connection.origin) else {
            counters.add("syslog.own_dropped")
            return nil
        }
        return record
    }

    /// Takes the connections that wait at a listener.
    func accept(_ listener: Listener, _ settings: Settings) {
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
            var session: TLSSession?
            if case .tls = listener.kind {
                session = settings.tls.flatMap { TLSSession($0, socket) }
                guard session != nil else {
                    acceptFailed(ENOMEM)
                    continue
                }
            }
            let origin = Origin(transport: "tcp", address: peer?.address, port: peer?.port)
            connections.append(
                StreamConnection(socket: socket, tls: session, origin: origin, messageLimit: settings.messageBytes))
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

    private func refuse(_ origin: Origin, _ refusal: TLSSession.Refusal) {
        counters.add("syslog.tls_refused")
        let address = origin.address ?? ""
        guard let count = refusedPeers.note("\(address) \(refusal.reason)", at: clock()) else { return }
        logger.warning(
            "TLS peer refused",
            metadata: [
                "client.address": "\(address)", "client.port": "\(origin.port ?? 0)",
                "error.message": "\(refusal.reason)", "failures.count": "\(count)",
                "tls.client.subject": "\(refusal.subject ?? "none")",
            ])
    }
}
