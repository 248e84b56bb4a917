import Glibc

// The last turns.
extension ReceiveLoop {
    /// How long it must be quiet before a connection whose sender does not end it is given up.
    private static let quiet = Duration.milliseconds(200)

    /// Reads what is left, for at most `grace`. TCP has acknowledged what the sockets hold, so its senders count it as
    /// delivered: they are told that no more is wanted, and read to the end.
    func finish(grace: Duration) {
        for listener in listeners { listener.removeFile() }
        let deadline = ContinuousClock.now + grace
        var lastInput = ContinuousClock.now
        var isClosed = false
        while ContinuousClock.now < deadline {
            let hadInput = turn(wait: false)
            for connection in connections { connection.askToEnd() }
            if !isClosed {
                // Who waited to be accepted is in; who comes later shall find the port closed.
                isClosed = true
                stopListening()
            } else if hadInput {
                lastInput = .now
            } else {
                let isQuiet = ContinuousClock.now - lastInput > Self.quiet
                if isQuiet || connections.isEmpty, !connections.contains(where: \.isWaiting) { break }
                usleep(10_000)
            }
        }
        report(isLast: true)
        listeners = []
        let unread = connections.reduce(0) { $0 + $1.unreadBytes }
        let maker = settings().maker
        let flaw = "the emitter stopped before the frame was complete"
        for connection in connections { connection.end(flaw: flaw) { record(of: $0, connection, maker) } }
        handOver(until: deadline, unread: unread)
    }

    /// Closes what takes connections; datagrams go on.
    private func stopListening() {
        let kept = listeners.indices.filter { !listeners[$0].kind.isStream }
        drops = kept.map { drops[$0] }
        listeners = kept.map { listeners[$0] }
    }

    /// Waits until the outbox has taken everything, and says what is lost if it does not.
    private func handOver(until deadline: ContinuousClock.Instant, unread: Int) {
        while true {
            deliver()
            losses.publish(to: sink, now: clock())
            if connections.isEmpty && !losses.isPending { break }
            guard ContinuousClock.now < deadline else { break }
            usleep(10_000)
        }
        let waiting = connections.reduce(0) { $0 + $1.waitingCount }
        guard waiting > 0 || unread > 0 || losses.isPending else { return }
        logger.warning(
            "stopped before all that had arrived was taken: it is lost",
            metadata: ["messages.count": "\(waiting)", "bytes.unread": "\(unread)"])
    }
}
