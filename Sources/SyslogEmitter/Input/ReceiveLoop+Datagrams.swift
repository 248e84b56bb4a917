import CLinux
import ExhaustCore
import ExhaustRuntime
import Glibc

/// What was done with the datagrams of one turn.
private struct Tally {
    var (received, dropped, limited, own) = (0, 0, 0, 0)
}

// Messages that arrive whole.
extension ReceiveLoop {
    /// How many datagrams of one socket are read before the others have their turn.
    private static let datagramsPerTurn = 512

    /// Takes what a datagram socket holds, as far as this turn goes.
    func receive(_ listener: Listener, _ settings: Settings) {
        var tally = Tally()
        for _ in 0..<max(1, Self.datagramsPerTurn / batch.capacity) {
            let count = batch.receive(from: listener.socket)
            let (now, received) = (ContinuousClock.now, clock())
            let sinceBoot = Self.sinceBoot
            var records: [TelemetryRecord] = []
            records.reserveCapacity(count)
            for index in 0..<count {
                guard let frame = batch.frame(index, limit: settings.messageBytes) else { continue }
                let origin = origin(index, listener, sinceBoot: sinceBoot - (received - batch.sent(index)))
                if let record = record(of: frame, from: origin, settings.maker, now, received, &tally) {
                    records.append(record)
                }
            }
            let taken = sink.offer(records)
            tally.received += taken
            if taken < records.count {
                tally.dropped += records.count - taken
                losses.add(.outboxFull, records.count - taken, at: received)
            }
            if count < batch.capacity { break }
        }
        let counts = [
            ("syslog.received", tally.received), ("syslog.dropped", tally.dropped),
            ("syslog.rate_limited", tally.limited), ("syslog.own_dropped", tally.own),
        ]
        for (name, count) in counts where count > 0 { counters.add(name, count) }
    }

    /// The record of a datagram, unless it is the emitter's own or beyond its sender's limit.
    private func record(
        of frame: Frame, from origin: Origin, _ maker: RecordMaker, _ now: ContinuousClock.Instant,
        _ received: Timestamp, _ tally: inout Tally
    ) -> TelemetryRecord? {
        if let sender = origin.sender, own.isOwn(sender) {
            tally.own += 1
            return nil
        }
        if let sender = rates.refuses(origin.limitedSender, at: now) {
            tally.limited += 1
            losses.add(.rateLimited(sender), at: received)
            return nil
        }
        let record = maker.record(of: frame, from: origin, received: received)
        guard !own.isOwn(record.data, from: origin) else {
            tally.own += 1
            return nil
        }
        return record
    }

    private func origin(_ index: Int, _ listener: Listener, sinceBoot sent: Duration) -> Origin {
        batch.withSender(index) { sender in
            if case .unix = listener.kind {
                guard sender.has_credentials != 0 else { return Origin(transport: "unix") }
                let path = executables.executable(of: sender.pid, sent: sent)
                return Origin(
                    transport: "unix",
                    sender: .init(pid: sender.pid, uid: sender.uid, gid: sender.gid, executable: path))
            }
            let peer = addresses.endpoint(&sender.address, length: sender.address_length)
            return Origin(transport: "udp", address: peer?.address, port: peer?.port)
        }
    }

    /// The time since boot, by the clock that starts of processes are in (proc_pid_stat(5)).
    private static var sinceBoot: Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

extension Origin {
    /// For whom a limit counts: the user on this machine, or the address.
    var limitedSender: LimitedSender {
        if let sender { return .user(sender.uid) }
        return address.map { .address($0) } ?? .others
    }
}
