package import ExhaustCore
import Synchronization

/// Telemetry on its way out: numbers records, gathers them into batches and keeps a window of batches unconfirmed.
///
/// Batching is for load only: while nothing is under way a record leaves at once; under load records gather until
/// a batch is full (500 events or 64 KiB), 200 ms old, or the batches under way are confirmed.
package final class Outbox: Sendable {
    /// Bounds of what waits in memory.
    package struct Limits: Sendable {
        package var batchEvents = 500
        package var batchBytes = 64 * 1024
        package var linger = Duration.milliseconds(200)
        package var pendingEvents = 20_000
        package var pendingBytes = 32 << 20

        package init() {}
    }

    private struct State {
        var pending: [Event] = []
        var pendingBytes = 0
        var oldest: ContinuousClock.Instant?
        var lastID: UInt64 = 0
        /// First and last ids of the batches that are not confirmed. They may be confirmed in any order.
        var underWay: [UInt64: UInt64] = [:]
        var isFinished = false
        var failure: (any Error)?

        /// Everything up to this id is confirmed.
        var confirmedID: UInt64 {
            let first = underWay.keys.min() ?? pending.first.flatMap { UInt64($0.id) }
            return first.map { $0 - 1 } ?? lastID
        }
    }

    private let source: EventSource
    private let host: HostID
    private let type: EventType
    private let limits: Limits
    private let outlet: any EventOutlet
    private let counters: Counters
    private let state = Mutex(State())
    private let changed = Signal()

    package init(
        source: EventSource, host: HostID, type: EventType, outlet: any EventOutlet, counters: Counters = Counters(),
        limits: Limits = Limits()
    ) {
        self.source = source
        self.host = host
        self.type = type
        self.outlet = outlet
        self.counters = counters
        self.limits = limits
    }

    /// Takes `record`, waiting while the outbox is full. Throws `CancellationError` if cancelled while it waits, and
    /// the outlet's error if that failed for good; the record is not taken then.
    package func accept(_ record: TelemetryRecord) async throws {
        while true {
            let seen = changed.count
            if let failure = state.withLock({ $0.failure }) { throw failure }
            if offer(record) { return }
            try Task.checkCancellation()
            await changed.wait(past: seen)
        }
    }

    /// Takes `record` if there is room, and says whether it did. Never waits: for sources that cannot.
    package func offer(_ record: TelemetryRecord) -> Bool {
        let size = record.data.approximateSize + 256
        let taken = state.withLock { state in
            guard !state.isFinished, state.failure == nil, state.pending.count < limits.pendingEvents,
                state.pendingBytes < limits.pendingBytes
            else { return false }
            state.lastID += 1
            state.pending.append(event(record, id: state.lastID))
            state.pendingBytes += size
            if state.oldest == nil { state.oldest = .now }
            return true
        }
        if taken { changed.notify() }
        return taken
    }

    /// Publishes a loss that the emitter noticed. `kind` is one word such as `syslog.outbox_full`.
    package func gap(kind: String, count: Int, reason: String, since: Timestamp) async throws {
        let data: ValueMap = [
            "kind": .string(kind), "count": .int(Int64(count)), "reason": .string(reason),
            "since": .string(since.description),
        ]
        try await accept(TelemetryRecord(type: .gap, time: .now(), data: data))
    }

    /// Waits until everything taken so far is confirmed.
    package func drain() async throws {
        let target = state.withLock { $0.lastID }
        while true {
            let seen = changed.count
            let (confirmed, failure) = state.withLock { ($0.confirmedID, $0.failure) }
            if let failure { throw failure }
            if confirmed >= target { return }
            try Task.checkCancellation()
            await changed.wait(past: seen)
        }
    }

    /// How many events were taken and are not confirmed.
    package var unconfirmed: UInt64 { state.withLock { $0.lastID - $0.confirmedID } }

    /// Takes nothing more; `run` returns once all is confirmed.
    package func finish() {
        state.withLock { $0.isFinished = true }
        changed.notify()
    }

    /// Sends batches until finished and empty.
    package func run() async throws {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                while let batch = try await nextBatch() {
                    let receipt = try await enqueue(batch)
                    group.addTask {
                        try await receipt.confirmed()
                        self.confirm(batch)
                    }
                }
            }
        } catch {
            state.withLock { $0.failure = error }
            changed.notify()
            throw error
        }
    }

    /// Hands over `batch`; a record that no message can hold is replaced by a gap under its own id.
    private func enqueue(_ batch: [Event]) async throws -> Receipt {
        do {
            return try await outlet.enqueue(batch)
        } catch let error as ExhaustError where error.code == .invalidData {
            if let event = batch.first, batch.count == 1 {
                return try await outlet.enqueue([Self.gap(for: event, error)])
            }
            var receipts: [Receipt] = []
            for event in batch { receipts.append(try await enqueue([event])) }
            return Receipt { [receipts] in for receipt in receipts { try await receipt.confirmed() } }
        }
    }

    private static func gap(for event: Event, _ error: ExhaustError) -> Event {
        var gap = event
        gap.type = .gap
        gap.data = [
            "kind": "record.unsendable", "count": 1, "reason": .string(error.message),
            "since": .string(event.time.description),
        ]
        return gap
    }

    private func event(_ record: TelemetryRecord, id: UInt64) -> Event {
        var event = Event(
            type: record.type ?? type, source: source.description, id: String(id), time: record.time, host: host,
            data: record.data)
        event.recordedTime = record.recordedTime
        event.severityNumber = record.severityNumber
        return event
    }

    private func confirm(_ batch: [Event]) {
        state.withLock { $0.underWay[Self.firstID(batch)] = nil }
        counters.add("events.sent", batch.count)
        changed.notify()
    }

    private static func firstID(_ batch: [Event]) -> UInt64 { batch.first.flatMap { UInt64($0.id) } ?? 0 }
}

extension Outbox {
    private enum Next {
        case batch([Event])
        case wait(Duration?)
        case end
    }

    private func nextBatch() async throws -> [Event]? {
        while true {
            let seen = changed.count
            try Task.checkCancellation()
            switch state.withLock({ decide(&$0) }) {
            case .batch(let events):
                changed.notify()
                return events
            case .end: return nil
            case .wait(let timeout?): await changed.wait(past: seen, timeout: timeout)
            case .wait(nil): await changed.wait(past: seen)
            }
        }
    }

    private func decide(_ state: inout State) -> Next {
        guard let oldest = state.oldest else { return state.isFinished ? .end : .wait(nil) }
        let age = ContinuousClock.now - oldest
        let isFull = state.pending.count >= limits.batchEvents || state.pendingBytes >= limits.batchBytes
        guard isFull || state.underWay.isEmpty || age >= limits.linger || state.isFinished else {
            return .wait(limits.linger - age)
        }
        return .batch(takeBatch(&state))
    }

    /// Takes as many of the oldest events as one batch holds: all of one type, so that they share a routing key.
    private func takeBatch(_ state: inout State) -> [Event] {
        var bytes = 0
        var count = 0
        let type = state.pending.first?.type
        for event in state.pending.prefix(limits.batchEvents) {
            let size = event.data.approximateSize + 256
            if event.type != type || (count > 0 && bytes + size > limits.batchBytes) { break }
            bytes += size
            count += 1
        }
        let batch = Array(state.pending.prefix(count))
        state.pending.removeFirst(count)
        state.pendingBytes -= bytes
        state.oldest = state.pending.isEmpty ? nil : .now
        state.underWay[Self.firstID(batch)] = batch.last.flatMap { UInt64($0.id) }
        return batch
    }
}
