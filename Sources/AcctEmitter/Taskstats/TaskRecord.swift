import ExhaustRuntime

/// What taskstats says of one task that ended: `struct taskstats` of linux/taskstats.h, read by offsets and by the
/// length that came, since kernels differ in both.
///
/// Newer versions add fields at the end, but for version 15 (Linux 6.14 to 6.16): it put the longest and shortest delay
/// behind each total, and version 16 of the same length moved them to the end.
struct TaskRecord: Sendable, Hashable {
    /// The oldest version with all that is needed.
    static let oldestVersion: UInt16 = 13
    /// Bytes up to the end of version 13.
    static let leastSize = 416
    /// Where the totals of delays are in other versions than 15.
    private static let totals = [24, 40, 56, 320, 336, 360, 408, 424]

    var version: UInt16
    var waitStatus: UInt32
    var flags: AcctFlags
    var command: [UInt8]
    var userID: UInt32
    var groupID: UInt32
    /// The task, its process and its parent, in the first PID namespace.
    var taskID: UInt32
    var processID: UInt32
    var parentPID: UInt32
    /// The second of the task's start.
    var startSecond: UInt64
    var elapsedMicroseconds: UInt64
    /// How long the process has run by now.
    var processMicroseconds: UInt64
    var executableDevice: UInt64
    var executableInode: UInt64
    var usage: TaskUsage

    /// Whether it was the last task of its process.
    var endsProcess: Bool { flags.contains(.group) }

    /// Why bytes are no such structure.
    enum Refusal: Error, Hashable {
        case version(UInt16)
        case truncated(Int)
    }

    static func decode(_ bytes: NetlinkBytes) throws(Refusal) -> TaskRecord {
        guard let version = bytes.number(0, as: UInt16.self) else { throw .truncated(bytes.count) }
        guard version >= oldestVersion else { throw .version(version) }
        func place(_ offset: Int) -> Int {
            version == 15 ? offset + 16 * totals.count { $0 < offset } : offset
        }
        guard bytes.count >= place(leastSize - 8) + 8 else { throw .truncated(bytes.count) }
        // Within the length that was just checked; what lies behind is 0 or asked for by itself.
        func word(_ offset: Int) -> UInt32 { bytes.number(place(offset)) ?? 0 }
        func long(_ offset: Int) -> UInt64 { bytes.number(place(offset)) ?? 0 }
        var usage = TaskUsage()
        for (index, field) in TaskUsage.sums.enumerated() { usage.sums[index] = long(field.offset) }
        for (index, field) in TaskUsage.delays.enumerated() {
            usage.delayCounts[index] = long(field.offset - 8)
            usage.delayNanoseconds[index] = long(field.offset)
        }
        usage.peakResidentKiB = long(200)
        usage.peakVirtualKiB = long(208)
        return TaskRecord(
            version: version, waitStatus: word(4), flags: AcctFlags(rawValue: bytes.number(8) ?? 0),
            command: bytes.text(place(80), width: 32), userID: word(120), groupID: word(124), taskID: word(128),
            processID: word(368), parentPID: word(132), startSecond: long(344), elapsedMicroseconds: long(144),
            processMicroseconds: long(376), executableDevice: long(384), executableInode: long(392), usage: usage)
    }
}
