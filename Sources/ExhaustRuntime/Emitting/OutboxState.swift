import ExhaustCore

/// What an outbox guards with its lock, and what it makes of it. A value without I/O.
struct OutboxState {
    /// What its sender has to do next.
    enum Next {
        case send(Backlog.Held)
        case wait(Duration?)
        case end
    }

    private(set) var source: String
    let host: HostID
    let type: EventType
    let limits: Outbox.Limits
    var backlog = Backlog()
    private(set) var lastID: UInt64 = 0
    private var encoder: BatchEncoder
    /// When the first record of the open batch was taken.
    private(set) var opened: ContinuousClock.Instant?
    var isFinished = false
    var failure: (any Error)?
    /// Whether it is known what an earlier process left in the spool, which goes out first.
    var isReady: Bool
    /// Bytes that may be under way: what is under way cannot be dropped when the disk is full.
    var sendLimit = Int.max
    /// Whether the sender waits to be told of something new.
    var senderWaits = false
    /// Batches that were to be read from disk would be sent now.
    var wantsLoad = false
    /// The losses that no gap event tells of yet, and the gap event that is on its way.
    var losses = SpoolState()
    var gapNumber: UInt64?
    private var urgent = FIFO<Backlog.Held>()
    /// Whether the broker has confirmed something since the last loss.
    private var isMoving = true

    init(source: String, host: HostID, type: EventType, limits: Outbox.Limits, isReady: Bool) {
        self.source = source
        self.host = host
        self.type = type
        self.limits = limits
        self.isReady = isReady
        encoder = BatchEncoder(source: source, host: host, type: type, capacity: limits.batchBytes)
    }

    /// Goes on with the numbers of another process.
    mutating func resume(_ source: String, after lastID: UInt64) {
        self.source = source
        self.lastID = lastID
        encoder = BatchEncoder(source: source, host: host, type: type, capacity: limits.batchBytes)
    }

    /// Bytes in memory that are not under way.
    var bytes: Int { backlog.memoryBytes + encoder.size }
    private var events: Int { backlog.memoryEvents + encoder.count }

    /// Whether there is room: for sources that cannot wait, more than for those that can.
    func hasRoom(canWait: Bool) -> Bool {
        let share = canWait ? 2 : 1
        return !isFinished && failure == nil && events < max(1, limits.pendingEvents / share)
            && bytes < limits.pendingBytes / share
    }

    /// Whether memory is so full that the disk should help.
    var isShort: Bool { !hasRoom(canWait: true) }

    /// Whether what is in memory had better be on disk now: sources that cannot wait have gone past the room of those
    /// that can, or the broker is known not to keep up.
    var isBehind: Bool {
        isShort
            && (backlog.hasUnread || bytes > limits.pendingBytes / 8 * 5 || events > limits.pendingEvents / 8 * 5)
    }

    /// The stretch of the log that is to be read now.
    mutating func stretchToLoad(ahead: Int) -> (start: LogPosition, end: LogPosition)? {
        wantsLoad = false
        guard backlog.loadedBytes < ahead, backlog.sentBytes < sendLimit || backlog.underWay.isEmpty else { return nil }
        return backlog.unread
    }

    /// Takes a record. Gives whether the sender should hear of it.
    mutating func take(_ record: TelemetryRecord) -> Bool {
        let type = record.type ?? type
        if encoder.ids != nil, encoder.type != type { seal() }
        var isNews = encoder.ids == nil
        if isNews { opened = .now }
        lastID += 1
        encoder.append(
            id: lastID, type: type, time: record.time, recordedTime: record.recordedTime,
            severityNumber: record.severityNumber, data: record.data,
            weight: type == .gap ? record.data["count"]?.int.flatMap { UInt64(exactly: $0) } ?? 1 : 1)
        if encoder.size > limits.batchBytes, let batch = encoder.takeAllButLast() {
            backlog.add(batch, since: opened ?? .now)
            opened = .now
            isNews = true
        }
        if encoder.count >= limits.batchEvents || encoder.size > limits.batchBytes {
            seal()
            isNews = true
        }
        guard isNews, senderWaits else { return false }
        senderWaits = false
        return true
    }

    /// Completes the open batch.
    mutating func seal() {
        guard let batch = encoder.take() else { return }
        backlog.add(batch, since: opened ?? .now)
        opened = nil
    }

    /// What to do now.
    mutating func next(now: ContinuousClock.Instant) -> Next {
        if let held = urgent.popFirst() { return .send(held) }
        guard isReady, backlog.sentBytes < sendLimit || backlog.underWay.isEmpty else { return wait(nil) }
        if let held = backlog.next() { return .send(held) }
        if backlog.hasUnread {
            wantsLoad = true
            return wait(nil)
        }
        guard let opened else { return isFinished ? .end : wait(nil) }
        let age = now - opened
        guard backlog.underWay.isEmpty || age >= limits.linger || isFinished else { return wait(limits.linger - age) }
        seal()
        return backlog.next().map { .send($0) } ?? wait(nil)
    }

    private mutating func wait(_ limit: Duration?) -> Next {
        senderWaits = true
        return .wait(limit)
    }

    /// The broker has a batch.
    mutating func confirm(_ number: UInt64) {
        backlog.confirm(number)
        isMoving = true
        guard number == gapNumber else { return }
        gapNumber = nil
        losses.gap = nil
    }

    /// Everything up to this id is confirmed.
    var confirmedID: UInt64 { Self.before(backlog.oldestUnconfirmed(of: source), encoder.ids?.lowerBound, lastID) }

    /// Everything up to this id is confirmed or safe.
    var acceptedID: UInt64 { Self.before(backlog.oldestUnsafe(of: source), encoder.ids?.lowerBound, lastID) }

    private static func before(_ one: UInt64?, _ other: UInt64?, _ last: UInt64) -> UInt64 {
        let oldest = min(one ?? .max, other ?? .max)
        return oldest == .max ? last : oldest - min(1, oldest)
    }
}

// Losses of the spool.
extension OutboxState {
    /// Notes records that were dropped to make room.
    mutating func noteDropped(_ count: UInt64, now: Timestamp) { Self.note(count, now, in: &losses.dropped, &isMoving) }

    /// Notes records that were damaged on disk.
    mutating func noteDamaged(_ count: UInt64, now: Timestamp) { Self.note(count, now, in: &losses.damaged, &isMoving) }

    private static func note(_ count: UInt64, _ now: Timestamp, in loss: inout SpoolState.Loss?, _ isMoving: inout Bool)
    {
        guard count > 0 else { return }
        loss = SpoolState.Loss(count: (loss?.count ?? 0) + count, since: loss?.since ?? now.seconds)
        isMoving = false
    }

    /// Makes a gap event of a loss that none tells of yet, unless one is on its way or the loss goes on unseen: while
    /// the broker confirms nothing, what is lost is gathered in one count. It is sent by `sendGap`, once it is saved.
    mutating func makeGap(now: Timestamp) -> Bool {
        guard losses.gap == nil, isMoving || backlog.underWay.isEmpty, let (kind, loss, reason) = takeLoss() else {
            return false
        }
        seal()
        lastID += 1
        let data: ValueMap = [
            "kind": .string(kind), "count": .int(Int64(clamping: loss.count)), "reason": .string(reason),
            "since": .string(Timestamp(seconds: loss.since).description),
        ]
        var gap = encoder
        gap.append(
            id: lastID, type: .gap, time: now, recordedTime: nil, severityNumber: nil, data: data, weight: loss.count)
        losses.gap = gap.take()
        return true
    }

    private mutating func takeLoss() -> (kind: String, loss: SpoolState.Loss, reason: String)? {
        if let loss = losses.dropped {
            losses.dropped = nil
            return ("spool.full", loss, "the spool was full, so the oldest events were dropped")
        }
        if let loss = losses.damaged {
            losses.damaged = nil
            return ("spool.damaged", loss, "events in the spool could not be read back or sent")
        }
        return nil
    }

    /// Sends the gap event ahead of everything else.
    mutating func sendGap() {
        guard let gap = losses.gap, gapNumber == nil else { return }
        let held = backlog.jump(gap)
        gapNumber = held.number
        urgent.append(held)
    }
}
