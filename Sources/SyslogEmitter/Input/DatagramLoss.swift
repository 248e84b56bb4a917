import ExhaustCore
import ExhaustRuntime

/// Counts datagrams for which the outbox had no room, until the gap is published.
struct DatagramLoss {
    private var count = 0
    private var since: Timestamp?

    /// Whether there is a loss that was not published yet.
    var isPending: Bool { count > 0 }

    /// Notes a datagram that was received at `time` and dropped.
    mutating func add(at time: Timestamp) {
        count += 1
        if since == nil { since = time }
    }

    /// Publishes the loss if there is room for its record. Never waits, since sources that cannot wait go on meanwhile.
    mutating func publish(to sink: any RecordSink, now: Timestamp) {
        guard count > 0 else { return }
        let data: ValueMap = [
            "kind": "syslog.outbox_full", "count": .int(Int64(count)),
            "reason": "the outbox was full when datagrams arrived", "since": .string((since ?? now).description),
        ]
        if sink.offer(TelemetryRecord(type: .gap, time: now, data: data)) { self = DatagramLoss() }
    }
}
