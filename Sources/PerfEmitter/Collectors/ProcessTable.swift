package import ExhaustCore

/// The processes of one sample: counted, and ordered by what they use.
package struct ProcessTable: Sendable {
    /// What names a process for good: a number alone is used again.
    package struct Identity: Sendable, Hashable {
        package var pid: UInt32
        package var startTicks: UInt64
    }

    /// One process with what it used since the sample before.
    package struct Entry: Sendable, Hashable {
        package var pid: UInt32
        package var process: ProcessStatistics
        /// CPU time since the sample before, or since its start if it is new.
        package var ticksInInterval: UInt64
    }

    /// More programs than this are not told apart, so that made-up names cannot make an event huge.
    private static let commandLimit = 1000
    /// States that are told of even if no process is in them, so that rules can rely on the key.
    private static let usualStatuses = ["running", "sleeping", "disk-sleep", "idle", "stopped", "zombie"]

    private var entries: [Entry] = []
    private var statuses: [String: Int64] = [:]
    private var commands: [String: Int64] = [:]
    /// Threads of all processes.
    package private(set) var threads: UInt64 = 0
    /// CPU time so far of every process.
    package private(set) var ticks: [Identity: UInt64] = [:]

    package init() {}

    /// The number of processes.
    package var count: Int { entries.count }

    /// Adds a process; `earlierTicks` are the times of the sample before.
    package mutating func add(_ process: ProcessStatistics, pid: UInt32, earlierTicks: [Identity: UInt64]) {
        let identity = Identity(pid: pid, startTicks: process.startTicks)
        let earlier = min(earlierTicks[identity] ?? 0, process.ticks)
        entries.append(Entry(pid: pid, process: process, ticksInInterval: process.ticks - earlier))
        ticks[identity] = process.ticks
        threads = threads.addingClamped(process.threads)
        statuses[process.status, default: 0] += 1
        // A zombie does nothing any more: a service of which only zombies are left is down.
        if process.isAlive { commands[process.countedCommand, default: 0] += 1 }
    }

    /// How many processes are in which state.
    package var countByStatus: ValueMap {
        let others = statuses.keys.filter { !Self.usualStatuses.contains($0) }.sorted()
        return ValueMap((Self.usualStatuses + others).map { ($0, .int(statuses[$0] ?? 0)) })
    }

    /// How many processes there are of which program, without zombies: the most frequent ones, by name.
    package var countByCommand: ValueMap {
        let frequent = commands.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.commandLimit)
        return ValueMap(frequent.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })
    }

    /// How many programs `countByCommand` leaves out.
    package var uncountedCommands: Int { max(0, commands.count - Self.commandLimit) }

    /// The `count` processes that used most CPU since the sample before, without idle ones, then the `count` largest
    /// ones that are not among them.
    package func top(_ count: Int) -> [Entry] {
        let busy = Self.first(count, of: entries.filter { $0.ticksInInterval > 0 }) { $0.ticksInInterval }
        let pids = Set(busy.map(\.pid))
        let large = Self.first(count, of: entries.filter { $0.process.residentPages > 0 }) { $0.process.residentPages }
        return busy + large.filter { !pids.contains($0.pid) }
    }

    private static func first(_ count: Int, of entries: [Entry], by measure: (Entry) -> UInt64) -> ArraySlice<Entry> {
        entries.sorted { (measure($1), $0.pid) < (measure($0), $1.pid) }.prefix(count)
    }
}
