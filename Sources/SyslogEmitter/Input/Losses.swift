import ExhaustCore
import ExhaustRuntime

/// Counts datagrams that were lost, by cause, until the gaps are published.
struct Losses {
    /// Why datagrams were lost; each has a gap of its own.
    enum Cause: Hashable {
        case outboxFull
        /// The buffer of the listener of this name was full.
        case kernelDrop(String)
        case rateLimited(LimitedSender)

        var description: ValueMap {
            switch self {
            case .outboxFull:
                ["kind": "syslog.outbox_full", "reason": "the outbox was full when datagrams arrived"]
            case .kernelDrop(let listener):
                [
                    "kind": "syslog.kernel_drop", "reason": "the socket's buffer was full when datagrams arrived",
                    "listener.name": .string(listener),
                ]
            case .rateLimited(let sender):
                Self.describe(sender)
            }
        }

        private static func describe(_ sender: LimitedSender) -> ValueMap {
            var data: ValueMap = [
                "kind": "syslog.rate_limited", "reason": "the sender sent more than rate_limit allows",
            ]
            switch sender {
            case .address(let address): data["client.address"] = .string(address)
            case .user(let user): data["exhaust.sender.uid"] = .int(Int64(user))
            case .others: data["reason"] = "senders beyond those known apart sent more than rate_limit allows one"
            }
            return data
        }
    }

    private var pending: [Cause: (count: Int, since: Timestamp)] = [:]

    /// Whether there is a loss that was not published yet.
    var isPending: Bool { !pending.isEmpty }

    /// Notes `count` datagrams that were lost for `cause` at `time`.
    mutating func add(_ cause: Cause, _ count: Int = 1, at time: Timestamp) {
        pending[cause, default: (0, time)].count += count
    }

    /// Publishes the losses for whose records there is room. Never waits: sources that cannot wait go on meanwhile.
    mutating func publish(to sink: any RecordSink, now: Timestamp) {
        for (cause, loss) in pending {
            var data = cause.description
            data["count"] = .int(Int64(loss.count))
            data["since"] = .string(loss.since.description)
            guard sink.offer(TelemetryRecord(type: .gap, time: now, data: data)) else { return }
            pending[cause] = nil
        }
    }
}
