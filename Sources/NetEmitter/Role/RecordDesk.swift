import ExhaustCore
import ExhaustRuntime
import Synchronization

/// Between the parts that find something, on threads of their own, and the outbox. It never waits: packets go on.
final class RecordDesk: Sendable {
    private struct Loss {
        var count = 0
        var reason: String
        var since: Timestamp
    }

    private let outbox: Outbox
    private let losses = Mutex<[String: Loss]>([:])

    init(outbox: Outbox) { self.outbox = outbox }

    /// Offers records. Those for which there is no room are counted.
    func take(_ records: [TelemetryRecord]) {
        guard !records.isEmpty else { return }
        let records = Self.grouped(records)
        let refused = records.count - outbox.offer(records)
        if refused > 0 { lost("net.outbox_full", refused, "the outbox was full: the broker was away") }
    }

    /// How much was lost that no gap tells of yet, by kind.
    var pendingLosses: [String: Int] { losses.withLock { $0.mapValues(\.count) } }

    /// Notes a loss, which the next `publishLosses` tells.
    func lost(_ kind: String, _ count: Int, _ reason: String) {
        losses.withLock { $0[kind, default: Loss(reason: reason, since: .now())].count += count }
    }

    /// Offers a gap for each kind of loss; what finds no room is tried again.
    func publishLosses() {
        let pending = losses.withLock { losses in
            defer { losses = [:] }
            return losses
        }
        for (kind, loss) in pending {
            let data: ValueMap = [
                "kind": .string(kind), "count": .int(Int64(loss.count)), "reason": .string(loss.reason),
                "since": .string(loss.since.description),
            ]
            if outbox.offer(TelemetryRecord(type: .gap, time: .now(), data: data)) { continue }
            losses.withLock { losses in
                losses[kind, default: loss].count += losses[kind] == nil ? 0 : loss.count
                losses[kind]?.since = loss.since
            }
        }
    }

    /// The records, those of one type together: a batch holds one type alone, so that a mixture would travel singly.
    static func grouped(_ records: [TelemetryRecord]) -> [TelemetryRecord] {
        guard let first = records.first, records.contains(where: { $0.type != first.type }) else { return records }
        var types: [EventType?] = []
        var groups: [EventType?: [TelemetryRecord]] = [:]
        for record in records {
            if groups[record.type] == nil { types.append(record.type) }
            groups[record.type, default: []].append(record)
        }
        return types.flatMap { groups[$0] ?? [] }
    }
}
