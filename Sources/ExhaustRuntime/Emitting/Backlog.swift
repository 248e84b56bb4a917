import ExhaustCore

/// Every batch that is not confirmed, from the oldest to the newest, wherever it is: under way, read back from disk,
/// on disk alone, or in memory. A value without I/O: its owner moves the bytes and says what became of them.
///
/// In order of age: what is under way; what was read back and is to be sent next; the stretch of the log that is not
/// read; what is in memory, the older part of which may be on disk as well. The stretch grows at its end when memory
/// is short, by forgetting the oldest batch in memory that is on disk, so that it always ends where memory begins.
struct Backlog {
    /// A batch on its way.
    struct Held: Sendable {
        let number: UInt64
        let batch: EventBatch
        /// When its first record was taken.
        let since: ContinuousClock.Instant
        /// Where it stands on disk.
        var place: LogPlace?
        /// Whether it survives what the policy says that it shall.
        var isDurable = false
    }

    /// What a segment holds.
    private struct Account {
        /// The weight of what was not handed over.
        var unsent: UInt64 = 0
        /// How many of its batches are under way or about to be.
        var pins = 0
    }

    private(set) var memory = FIFO<Held>()
    private(set) var memoryBytes = 0
    private(set) var memoryEvents = 0
    private(set) var loaded = FIFO<Held>()
    private(set) var underWay: [UInt64: Held] = [:]
    /// Bytes of what was read back, and of that together with what is under way.
    private(set) var loadedBytes = 0
    private(set) var sentBytes = 0
    /// The stretch of the log that is on disk alone; empty if it does not end behind its start.
    private var unreadStart = LogPosition(segment: 0, offset: 0)
    private var unreadEnd = LogPosition(segment: 0, offset: 0)
    private var accounts: [UInt64: Account] = [:]
    private var nextNumber: UInt64 = 1

    var hasUnread: Bool { unreadStart < unreadEnd }
    /// Where the next batch that is on disk alone is to be looked for.
    var unread: (start: LogPosition, end: LogPosition)? { hasUnread ? (unreadStart, unreadEnd) : nil }
    var isEmpty: Bool { memory.isEmpty && loaded.isEmpty && underWay.isEmpty && !hasUnread }

    /// A batch that was just completed.
    mutating func add(_ batch: EventBatch, since: ContinuousClock.Instant) {
        memory.append(Held(number: takeNumber(), batch: batch, since: since))
        memoryBytes += batch.body.count
        memoryEvents += batch.count
    }

    /// The oldest batch that is not handed over, which is under way from now on; `nil` if there is none, or if it has
    /// to be read from disk first.
    mutating func next() -> Held? {
        if let held = loaded.popFirst() {
            loadedBytes -= held.batch.body.count
            underWay[held.number] = held
            return held
        }
        guard !hasUnread, let held = memory.popFirst() else { return nil }
        forget(held)
        sentBytes += held.batch.body.count
        if let place = held.place {
            accounts[place.start.segment]?.unsent -= held.batch.weight
            accounts[place.start.segment]?.pins += 1
        }
        underWay[held.number] = held
        return held
    }

    /// A batch that does not wait in line; its number names it when it is confirmed.
    mutating func jump(_ batch: EventBatch) -> Held {
        let held = Held(number: takeNumber(), batch: batch, since: .now, isDurable: true)
        underWay[held.number] = held
        sentBytes += batch.body.count
        return held
    }

    /// The broker has a batch.
    mutating func confirm(_ number: UInt64) {
        guard let held = underWay.removeValue(forKey: number) else { return }
        sentBytes -= held.batch.body.count
        if let place = held.place { unpin(place.start.segment) }
    }

    private mutating func takeNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    private mutating func forget(_ held: Held) {
        memoryBytes -= held.batch.body.count
        memoryEvents -= held.batch.count
    }

    private mutating func unpin(_ segment: UInt64) {
        accounts[segment]?.pins -= 1
        // What nothing refers to any more is for the log to delete.
        if let account = accounts[segment], account.pins == 0, account.unsent == 0 { accounts[segment] = nil }
    }
}

// For the disk.
extension Backlog {
    /// What an earlier process left: the stretch of the log from `start` to `end`.
    mutating func recover(_ remains: SpoolRemains, end: LogPosition) {
        unreadStart = remains.start
        unreadEnd = remains.batches > 0 ? end : remains.start
        for (segment, weight) in remains.unsent { accounts[segment] = Account(unsent: weight) }
    }

    /// The batches that are not on disk and older than `instant`, oldest first.
    func unwritten(before instant: ContinuousClock.Instant) -> [Held] {
        var held = underWay.values.filter { $0.place == nil && !$0.isDurable && $0.since <= instant }
            .sorted { $0.number < $1.number }
        for index in 0..<memory.count {
            guard let entry = memory[index], entry.place == nil else { continue }
            guard entry.since <= instant else { break }
            held.append(entry)
        }
        return held
    }

    /// When the oldest batch that is not on disk was begun.
    var oldestUnwritten: ContinuousClock.Instant? {
        var oldest = underWay.values.filter { $0.place == nil && !$0.isDurable }.map(\.since).min()
        for index in 0..<memory.count {
            guard let entry = memory[index], entry.place == nil else { continue }
            oldest = min(oldest ?? entry.since, entry.since)
            break
        }
        return oldest
    }

    /// A batch stands on disk at `place`.
    mutating func wrote(_ number: UInt64, at place: LogPlace) {
        let segment = place.start.segment
        if underWay[number] != nil {
            underWay[number]?.place = place
            accounts[segment, default: Account()].pins += 1
        } else if let index = indexInMemory(number) {
            memory[index]?.place = place
            accounts[segment, default: Account()].unsent += memory[index]?.batch.weight ?? 0
        }
    }

    /// A batch that was written is safe.
    mutating func madeDurable(_ number: UInt64) {
        if underWay[number] != nil {
            underWay[number]?.isDurable = true
        } else if let index = indexInMemory(number) {
            memory[index]?.isDurable = true
        }
    }

    /// What was written of a batch is not to be relied upon.
    mutating func unwrite(_ number: UInt64) {
        if let place = underWay[number]?.place {
            underWay[number]?.place = nil
            unpin(place.start.segment)
        } else if let index = indexInMemory(number), let held = memory[index], let place = held.place {
            memory[index]?.place = nil
            accounts[place.start.segment]?.unsent -= held.batch.weight
        }
    }

    private func indexInMemory(_ number: UInt64) -> Int? {
        var (low, high) = (0, memory.count)
        while low < high {
            let middle = (low + high) / 2
            if let held = memory[middle], held.number < number { low = middle + 1 } else { high = middle }
        }
        return low < memory.count && memory[low]?.number == number ? low : nil
    }

    /// Forgets the oldest batches in memory that are safe on disk until `bytes` and `events` are left.
    mutating func trim(bytes: Int, events: Int) {
        while memoryBytes > bytes || memoryEvents > events, let held = memory.first, held.isDurable,
            let place = held.place
        {
            _ = memory.popFirst()
            forget(held)
            if !hasUnread { unreadStart = place.start }
            unreadEnd = place.end
        }
    }

    /// The next batch of the stretch was read; it will be handed over before anything else.
    mutating func load(_ batch: EventBatch, from place: LogPlace) {
        let held = Held(number: takeNumber(), batch: batch, since: .now, place: place, isDurable: true)
        passOver(batch.weight, place)
        accounts[place.start.segment, default: Account()].pins += 1
        loaded.append(held)
        loadedBytes += batch.body.count
        sentBytes += batch.body.count
    }

    /// Something of the stretch that cannot be read, of this weight.
    mutating func passOver(_ weight: UInt64, _ place: LogPlace) {
        let segment = place.start.segment
        if let unsent = accounts[segment]?.unsent { accounts[segment]?.unsent = unsent - min(unsent, weight) }
        unreadStart = place.end
    }

    /// Nothing of the stretch is left to be read.
    mutating func endOfUnread() { unreadStart = unreadEnd }

    /// Gives up the oldest segment of which nothing is under way; gives its number and the weight that is lost with it.
    mutating func dropOldest() -> (segment: UInt64, weight: UInt64)? {
        guard let (segment, account) = accounts.filter({ $0.value.pins == 0 }).min(by: { $0.key < $1.key }) else {
            return nil
        }
        accounts[segment] = nil
        memory.remove { $0.place?.start.segment == segment }
        memoryBytes = 0
        memoryEvents = 0
        for index in 0..<memory.count {
            memoryBytes += memory[index]?.batch.body.count ?? 0
            memoryEvents += memory[index]?.batch.count ?? 0
        }
        if unreadStart.segment == segment { unreadStart = LogPosition(segment: segment + 1, offset: 0) }
        return (segment, account.unsent)
    }

    /// Everything on disk before this is confirmed; `nil` if everything is.
    var oldestOnDisk: LogPosition? {
        var oldest = unread?.start
        for held in underWay.values { oldest = Self.earlier(oldest, held.place?.start) }
        oldest = Self.earlier(oldest, loaded.first?.place?.start)
        return Self.earlier(oldest, memory.first?.place?.start)
    }

    private static func earlier(_ one: LogPosition?, _ other: LogPosition?) -> LogPosition? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }
}

// For those who wait.
extension Backlog {
    /// The lowest id of `source` that is not confirmed; what is on disk alone counts as older than all in memory.
    func oldestUnconfirmed(of source: String) -> UInt64? {
        if hasUnread || !loaded.isEmpty { return 0 }
        let sent = underWay.values.filter { $0.batch.source == source }.map(\.batch.first)
        return (sent + [memory.first?.batch.first].compactMap(\.self)).min()
    }

    /// The lowest id of `source` that is neither confirmed nor safe.
    func oldestUnsafe(of source: String) -> UInt64? {
        var oldest = underWay.values.filter { !$0.isDurable && $0.batch.source == source }.map(\.batch.first).min()
        for index in 0..<memory.count {
            guard let held = memory[index], !held.isDurable else { continue }
            oldest = min(oldest ?? held.batch.first, held.batch.first)
            break
        }
        return oldest
    }
}
