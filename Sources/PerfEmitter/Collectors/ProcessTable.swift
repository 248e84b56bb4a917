import ExhaustCore

/// The processes of a machine, as far as they are known.
///
/// Reading one of /proc/PID/stat takes the kernel some 10 µs, and most processes do nothing most of the time. So a
/// sample reads those that are new or have ended, those that used CPU lately or run, and some of the others in turn.
/// The listing of /proc tells who is new: a process has an inode of its own.
package struct ProcessTable: Sendable {
    /// A process as /proc lists it.
    package struct Listed: Sendable, Hashable {
        package var pid: UInt32
        /// The number of its folder; 1 if the kernel had no memory for one.
        package var inode: UInt64
    }

    /// A process as it was when it was last read.
    package struct Entry: Sendable, Hashable {
        package var listed: Listed
        package var process: ProcessStatistics
        /// When it was read, in seconds of the table's own clock.
        package var readAt: Double
        /// CPU time that it used between the two last times that it was read; since its start if it is new.
        package var ticks: UInt64
        /// The time between the two; `nil` if it is new.
        package var span: Double?
        /// How often it was read without having used CPU.
        fileprivate var idle = 0

        package var pid: UInt32 { listed.pid }
    }

    /// So many idle ones are read in a sample, or as many as it takes to read each once in `turn` seconds.
    private static let share = 64
    private static let turn = 60.0
    /// So often a process has to be found idle before it has to wait for its turn.
    fileprivate static let patience = 2

    package private(set) var entries: [Entry] = []
    /// The table's clock: seconds awake since the first sample; and those since the sample before.
    private var now = 0.0
    private var elapsed = 0.0
    /// The last one whose turn it was.
    private var cursor: UInt32 = 0

    package init() {}

    /// Brings the table up to date, `elapsed` seconds after the sample before, with processes in ascending order, some
    /// of which have `ended`; `read` reads one, and gives `nil` if it is gone or closed to us.
    package mutating func update(
        _ listing: [Listed], ended: Set<UInt32> = [], elapsed: Double, read: (UInt32) -> ProcessStatistics?
    ) {
        now += elapsed
        self.elapsed = elapsed
        var known = entries[...]
        var updated: [Entry] = []
        updated.reserveCapacity(listing.count)
        for listed in listing {
            while let first = known.first, first.pid < listed.pid { known.removeFirst() }
            let isKnown = known.first.map { $0.listed == listed && listed.inode > 1 } ?? false
            if isKnown, let entry = known.first, !entry.isRestless, !ended.contains(listed.pid) {
                updated.append(entry)
            } else if let process = read(listed.pid) {
                updated.append(Self.entry(listed, process, at: now, after: isKnown ? known.first : nil))
            }
        }
        entries = updated
        takeTurns(read)
    }

    private mutating func takeTurns(_ read: (UInt32) -> ProcessStatistics?) {
        let waiting = entries.indices.filter { entries[$0].readAt < now }
        let start = waiting.firstIndex { entries[$0].pid > cursor } ?? 0
        let count = max(Self.share, Int(min(elapsed / Self.turn, 1) * Double(waiting.count)) + 1)
        for number in start..<(start + min(count, waiting.count)) {
            let index = waiting[number % waiting.count]
            cursor = entries[index].pid
            readNow(index, read)
        }
    }

    /// Reads all that were not read in this sample.
    package mutating func readRest(_ read: (UInt32) -> ProcessStatistics?) {
        for index in entries.indices { readNow(index, read) }
    }

    /// CPU time since the sample before, in ticks, of those that were read in this one.
    package var ticksFound: Double { entries.reduce(0) { $0 + ticksNow($1) } }

    /// What one used since the sample before: of what it used in a longer time its share, of a new one all.
    private func ticksNow(_ entry: Entry) -> Double {
        guard entry.readAt == now else { return 0 }
        return Double(entry.ticks) * (entry.span.map { min(elapsed / $0, 1) } ?? 1)
    }

    /// The `count` processes that used most CPU, without idle ones, then the `count` largest ones that are not among
    /// them; each as it is now.
    package mutating func top(_ count: Int, read: (UInt32) -> ProcessStatistics?) -> [Entry] {
        let busy = largest(count, by: ticksNow)
        let large = largest(count) { Double($0.process.residentPages) }.filter { !busy.contains($0) }
        return (busy + large).map { index in
            readNow(index, read)
            return entries[index]
        }
    }

    private mutating func readNow(_ index: Int, _ read: (UInt32) -> ProcessStatistics?) {
        // One that is gone by now stays as it was, until the next listing.
        guard entries[index].readAt < now, let process = read(entries[index].pid) else { return }
        entries[index] = Self.entry(entries[index].listed, process, at: now, after: entries[index])
    }

    private static func entry(
        _ listed: Listed, _ process: ProcessStatistics, at time: Double, after earlier: Entry?
    ) -> Entry {
        // A number is used again by others; with the start it is one process for good.
        guard let earlier, earlier.process.startTicks == process.startTicks else {
            return Entry(listed: listed, process: process, readAt: time, ticks: process.ticks, span: nil)
        }
        let ticks = process.ticks - min(earlier.process.ticks, process.ticks)
        return Entry(
            listed: listed, process: process, readAt: time, ticks: ticks, span: time - earlier.readAt,
            idle: ticks > 0 ? 0 : min(earlier.idle + 1, patience))
    }

    /// Indices of the `count` entries of which `measure` is largest, largest first; none of which it is 0.
    private func largest(_ count: Int, by measure: (Entry) -> Double) -> [Int] {
        var best: [(measure: Double, index: Int)] = []
        for index in entries.indices {
            let value = measure(entries[index])
            guard value > 0, count > 0, best.count < count || value > (best.last?.measure ?? 0) else { continue }
            if best.count == count { best.removeLast() }
            // Equal ones stay in the order of their numbers.
            best.insert((value, index), at: best.firstIndex { $0.measure < value } ?? best.count)
        }
        return best.map(\.index)
    }
}

extension ProcessTable.Entry {
    /// Whether it may well be another one by the next sample: it is new, used CPU lately, runs, or waits for a disk.
    fileprivate var isRestless: Bool {
        idle < ProcessTable.patience || process.state == UInt8(ascii: "R") || process.state == UInt8(ascii: "D")
    }
}
