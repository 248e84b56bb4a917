package import ExhaustCore
package import Logging
import Synchronization

/// Telemetry on its way out: numbers records, encodes them into batches and keeps a window of batches unconfirmed.
///
/// Batching is for load only: while nothing is under way a record leaves at once; under load records gather until
/// a batch is full (500 events or 64 KiB), 200 ms old, or the batches under way are confirmed. With a spool, what the
/// broker has not confirmed in time goes to disk; docs/delivery.md says what that is worth.
package final class Outbox: Sendable {
    /// Bounds of what waits in memory.
    package struct Limits: Sendable {
        package var batchEvents = 500
        package var batchBytes = 64 * 1024
        package var linger = Duration.milliseconds(200)
        /// For sources that cannot wait; those that can are made to wait at half of it.
        package var pendingEvents = 200_000
        package var pendingBytes = 8 << 20

        package init() {}
    }

    private let outlet: any EventOutlet
    private let counters: Counters
    private let spool: SpoolWorker?
    private let waitsForDisk: Bool
    let state: Mutex<OutboxState>
    /// Told of what the sender may do, and of what others wait for.
    private let work = Signal()
    private let progress = Signal()

    /// An outbox; `folder` is where its spool is, if it has one.
    package init(
        source: EventSource, host: HostID, type: EventType, outlet: any EventOutlet, counters: Counters = Counters(),
        limits: Limits = Limits(), spool: SpoolConfiguration = SpoolConfiguration(), folder: String? = nil,
        logger: Logger = Logger(label: "outbox")
    ) throws {
        self.outlet = outlet
        self.counters = counters
        self.spool = try folder.map { try SpoolWorker(folder: $0, configuration: spool, counters: counters, logger) }
        waitsForDisk = folder != nil && spool.sync == .always
        state = Mutex(
            OutboxState(source: source.description, host: host, type: type, limits: limits, isReady: folder == nil))
    }

    /// The source of its events.
    package var source: String { state.withLock { $0.source } }

    /// Names the next record as an earlier process did, which had given `lastID` to the record before: for sources that
    /// are read again. Nothing may have been taken yet.
    package func resume(_ source: String, after lastID: UInt64) {
        state.withLock { $0.resume(source, after: lastID) }
    }

    /// Takes `record`, waiting while the outbox is full. Throws `CancellationError` if cancelled while it waits, and
    /// the outlet's error if that failed for good; the record is not taken then. With `fsync: always` it waits until
    /// the record is on disk or confirmed as well, and an error there leaves open which of them it will be.
    package func accept(_ record: TelemetryRecord) async throws {
        while true {
            let seen = progress.count
            let (id, tells, failure) = state.withLock { state -> (UInt64?, Bool, (any Error)?) in
                // Without room it is the disk that should hear of it, once the broker is known to be behind.
                guard state.hasRoom(canWait: true) else { return (nil, state.isBehind, state.failure) }
                let tells = state.take(record)
                return (state.lastID, tells, nil)
            }
            if let failure { throw failure }
            if let id {
                if tells { work.notify() }
                if waitsForDisk {
                    spool?.wake()
                    try await wait { $0.acceptedID >= id }
                } else {
                    spool?.wakeIfAsleep()
                }
                return
            }
            if tells { spool?.wake() }
            try Task.checkCancellation()
            await progress.wait(past: seen)
        }
    }

    /// Takes `record` if there is room, and says whether it did. Never waits: for sources that cannot.
    package func offer(_ record: TelemetryRecord) -> Bool { offer([record]) == 1 }

    /// Takes as many of `records` as there is room for, from the first on, and gives how many. Never waits. A busy
    /// source does better with it: each call is a turn at the lock that the sender wants too.
    package func offer(_ records: [TelemetryRecord]) -> Int {
        let (count, tellsSender, isBehind) = state.withLock { state in
            var (count, tells) = (0, false)
            while count < records.count, state.hasRoom(canWait: false) {
                if state.take(records[count]) { tells = true }
                count += 1
            }
            return (count, tells, state.isBehind || count < records.count)
        }
        if tellsSender { work.notify() }
        if isBehind || waitsForDisk { spool?.wake() } else { spool?.wakeIfAsleep() }
        return count
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
        try await wait { $0.confirmedID >= target }
    }

    /// Waits until everything taken so far is confirmed, or on disk as the spool's policy says: then it will arrive,
    /// whatever happens to this process. Without a spool the same as `drain`.
    package func settle() async throws {
        let target = state.withLock { $0.lastID }
        try await wait { $0.acceptedID >= target }
    }

    /// The id up to which everything is confirmed, or on disk as the spool's policy says.
    package var acceptedID: UInt64 { state.withLock { $0.acceptedID } }
    /// The id of the last record taken.
    package var lastID: UInt64 { state.withLock { $0.lastID } }
    /// How many events were taken and are not confirmed.
    package var unconfirmed: UInt64 { state.withLock { $0.lastID - $0.confirmedID } }

    package var hasSpool: Bool { spool != nil }
    /// Whether anything, of this start or an earlier one, waits for the broker.
    package var hasUnsent: Bool { state.withLock { !$0.backlog.isEmpty } }

    private func wait(until holds: (borrowing OutboxState) -> Bool) async throws {
        while true {
            let seen = progress.count
            let (done, failure) = state.withLock { (holds($0), $0.failure) }
            if done { return }
            if let failure { throw failure }
            try Task.checkCancellation()
            await progress.wait(past: seen)
        }
    }

    /// Takes nothing more; `run` returns once all is confirmed.
    package func finish() {
        state.withLock { $0.isFinished = true }
        work.notify()
        progress.notify()
    }
}

// Sending.
extension Outbox {
    /// Sends batches until finished and empty. Cancelled, it puts what is unconfirmed into the spool.
    package func run() async throws {
        do {
            try await withThrowingTaskGroup { group in
                if let spool {
                    group.addTask { try await spool.run(self) }
                    group.addTask {
                        defer { spool.stop() }
                        try await self.send()
                    }
                } else {
                    group.addTask { try await self.send() }
                }
                // The first that fails ends the other.
                while try await group.next() != nil {}
            }
        } catch {
            state.withLock { $0.failure = error }
            progress.notify()
            throw error
        }
    }

    /// The spool has news for the sender or for those who wait.
    func changed() {
        work.notify()
        progress.notify()
    }

    private func send() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while let held = try await next() {
                let receipt = try await enqueue(held.batch)
                let (number, count) = (held.number, held.batch.count)
                group.addTask {
                    try await receipt.confirmed()
                    self.confirm(number, count)
                }
            }
        }
    }

    private func next() async throws -> Backlog.Held? {
        while true {
            let seen = work.count
            try Task.checkCancellation()
            let (next, wantsLoad) = state.withLock { ($0.next(now: .now), $0.wantsLoad) }
            switch next {
            case .send(let held): return held
            case .end: return nil
            case .wait(let limit):
                if wantsLoad { spool?.wake() }
                if let limit { await work.wait(past: seen, timeout: limit) } else { await work.wait(past: seen) }
            }
        }
    }

    private func confirm(_ number: UInt64, _ count: Int) {
        let tellsSender = state.withLock { state in
            state.confirm(number)
            defer { state.senderWaits = false }
            return state.senderWaits
        }
        counters.add("events.sent", count)
        if tellsSender { work.notify() }
        progress.notify()
    }

    /// Hands over `batch`; a record that no message can hold is replaced by a gap under its own id.
    private func enqueue(_ batch: EventBatch) async throws -> Receipt {
        do {
            return try await outlet.enqueue(batch)
        } catch let error as ExhaustError where error.code == .invalidData {
            return try await outlet.enqueue(Self.gap(for: batch, error))
        }
    }

    private static func gap(for batch: EventBatch, _ error: ExhaustError) throws -> EventBatch {
        let time = Timestamp(seconds: batch.seconds)
        var encoder = BatchEncoder(source: batch.source, host: batch.host, type: .gap, capacity: 1024)
        encoder.append(
            id: batch.first, type: .gap, time: time, recordedTime: nil, severityNumber: nil,
            data: [
                "kind": "record.unsendable", "count": .int(Int64(clamping: batch.weight)),
                "reason": .string(error.message), "since": .string(time.description),
            ], weight: batch.weight)
        guard let gap = encoder.take() else { throw error }
        return gap
    }
}
