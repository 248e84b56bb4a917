/// Adds up the tasks of processes and keeps those that ended until their pacct records come.
///
/// A task tells taskstats of its end before the kernel writes the process's record (do_exit of kernel/exit.c), so that
/// what belongs to a record that was read is here once the socket was read to its end after it.
struct TaskJoin: Sendable {
    private struct Key: Hashable {
        var pid: UInt32
        var startSecond: UInt64
    }

    /// Tasks of processes that live on are remembered only so far; those forgotten are missing from the sums.
    static let limit = 16_384

    private var living: [UInt32: ProcessTotals] = [:]
    private var ended: [Key: (totals: ProcessTotals, since: ContinuousClock.Instant)] = [:]

    /// How many processes it remembers.
    var count: Int { living.count + ended.count }

    /// Takes a task that ended. Gives the process if it was the last one.
    mutating func add(_ task: TaskRecord) -> ProcessTotals? {
        var totals = living.removeValue(forKey: task.processID)
        // Another process that had this number, whose end was not seen.
        if let known = totals, Self.distance(known.startSecond, ProcessTotals(task).startSecond) > 1 { totals = nil }
        totals?.add(task)
        let sum = totals ?? ProcessTotals(task)
        if task.endsProcess { return sum }
        if living.count >= Self.limit { living.removeAll(keepingCapacity: true) }
        living[task.processID] = sum
        return nil
    }

    /// Keeps a process that ended for its record. Gives one that must leave because of it.
    mutating func keep(_ totals: ProcessTotals, now: ContinuousClock.Instant) -> ProcessTotals? {
        let key = Key(pid: totals.last.processID, startSecond: totals.startSecond)
        if ended.count >= Self.limit { return totals }
        return ended.updateValue((totals, now), forKey: key)?.totals
    }

    /// Takes out the process of a record. Both clocks are read in the same exit, but a second may end in between.
    mutating func take(pid: UInt32, startSecond: UInt32) -> ProcessTotals? {
        let second = UInt64(startSecond)
        for start in [second, second &+ 1, second &- 1] {
            if let found = ended.removeValue(forKey: Key(pid: pid, startSecond: start)) { return found.totals }
        }
        return nil
    }

    /// Takes out the processes that have waited for a record since `moment` or longer.
    mutating func takeWaiting(since moment: ContinuousClock.Instant) -> [ProcessTotals] {
        let late = ended.filter { $0.value.since <= moment }
        for key in late.keys { ended[key] = nil }
        return late.values.sorted { $0.since < $1.since }.map(\.totals)
    }

    private static func distance(_ one: UInt64, _ other: UInt64) -> UInt64 { max(one, other) - min(one, other) }
}
