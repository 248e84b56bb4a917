import ExhaustCore

/// A process that ended, from the taskstats of its tasks.
struct ProcessTotals: Sendable, Hashable {
    /// The last of its tasks, but for what the leader alone knows.
    var last: TaskRecord
    var usage: TaskUsage
    /// How many of its tasks were seen.
    var tasks: Int
    /// The wait status of the process: the leader's.
    var waitStatus: UInt32
    var details: ProcessDetails?

    init(_ task: TaskRecord) {
        last = task
        usage = task.usage
        tasks = 1
        waitStatus = task.waitStatus
    }

    mutating func add(_ task: TaskRecord) {
        usage.add(task.usage)
        tasks += 1
        let (leader, status) = task.taskID == task.processID ? (task, task.waitStatus) : (last, waitStatus)
        waitStatus = status
        let name = leader.command
        last = task
        last.command = name
    }

    /// The second of the process's start as pacct computes it, from the same clock: the second of the end, less the
    /// whole seconds elapsed.
    var startSecond: UInt64 {
        let end = last.startSecond &+ last.elapsedMicroseconds / 1_000_000
        return end &- last.processMicroseconds / 1_000_000
    }

    /// When it ended, to the second.
    var end: Timestamp { Timestamp(seconds: Int64(clamping: last.startSecond &+ last.elapsedMicroseconds / 1_000_000)) }
}
