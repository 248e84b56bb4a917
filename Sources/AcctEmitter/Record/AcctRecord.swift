/// One record of process accounting as the kernel wrote it: `struct acct_v3` of linux/acct.h, 64 bytes, decoded.
///
/// Times are in ticks of 1/100 s (`AHZ` of version 3), so that a short command's are 0.
package struct AcctRecord: Sendable, Hashable {
    /// The length of a record in bytes.
    package static let size = 64
    /// Ticks in a second, whatever the kernel's own HZ is.
    package static let ticksPerSecond = 100.0

    /// What the process did, see `AcctFlags`.
    package var flags: AcctFlags
    /// The layout's version, 3.
    package var version: Int
    /// The controlling terminal, if the process had one.
    package var terminal: Terminal?
    /// How the process ended.
    package var exit: ProcessEnd
    /// Real user and group.
    package var userID: UInt32
    package var groupID: UInt32
    /// The process (thread group) and its parent, in the PID namespace that keeps the file.
    package var pid: UInt32
    package var parentPID: UInt32
    /// The second of the start, seconds since 1970. The kernel computes it, see `ExitClock`.
    package var startSecond: UInt32
    /// Ticks from start to end; finite and not negative.
    package var elapsedTicks: Double
    /// Ticks in user and in system mode.
    package var userTicks: UInt64
    package var systemTicks: UInt64
    /// The size of the virtual memory at the end, KiB, which the header calls the average.
    package var averageMemoryKiB: UInt64
    /// `ac_io`, which the header calls "chars transferred". Kernels differ in what they write here: mostly 0.
    package var transferred: UInt64
    /// `ac_rw`, "blocks read or written"; Linux writes 0.
    package var blocks: UInt64
    /// Page faults without and with I/O.
    package var minorFaults: UInt64
    package var majorFaults: UInt64
    /// `ac_swaps`; Linux writes 0.
    package var swaps: UInt64
    /// The name of the command: up to 16 bytes, any but NUL.
    package var command: [UInt8]
}

extension AcctRecord {
    /// Why bytes are not a record that this code can read.
    package enum Refusal: Error, Hashable, CustomStringConvertible {
        /// Fewer than 64 bytes.
        case truncated(Int)
        /// Another layout, or bytes that are no record at all.
        case version(UInt8)
        /// An elapsed time that is negative, infinite or not a number, which no kernel writes.
        case elapsedTime

        package var description: String {
            switch self {
            case .truncated(let count): "the record ends after \(count) of \(AcctRecord.size) bytes"
            case .version(let byte): "record version \(byte & 0x7f) is not supported, only version 3 is"
            case .elapsedTime: "the record's elapsed time is no number of ticks"
            }
        }
    }

    /// Reads the first 64 bytes; the version byte says in which byte order they are (bit 7: big-endian).
    package static func decode(_ bytes: some RandomAccessCollection<UInt8>) throws(Refusal) -> AcctRecord {
        guard bytes.count >= size else { throw .truncated(bytes.count) }
        var fields = FieldReader(bytes)
        let flags = AcctFlags(rawValue: fields.byte())
        let version = fields.byte()
        guard version & 0x7f == 3 else { throw .version(version) }
        fields.isBigEndian = version & 0x80 != 0
        let terminal = Terminal(device: fields.short())
        let exit = ProcessEnd(waitStatus: fields.word())
        let (userID, groupID, pid, parentPID) = (fields.word(), fields.word(), fields.word(), fields.word())
        let startSecond = fields.word()
        let elapsed = Float(bitPattern: fields.word())
        guard elapsed.isFinite, elapsed >= 0 else { throw .elapsedTime }
        return AcctRecord(
            flags: flags, version: 3, terminal: terminal, exit: exit, userID: userID, groupID: groupID, pid: pid,
            parentPID: parentPID, startSecond: startSecond, elapsedTicks: Double(elapsed), userTicks: fields.compact(),
            systemTicks: fields.compact(), averageMemoryKiB: fields.compact(), transferred: fields.compact(),
            blocks: fields.compact(), minorFaults: fields.compact(), majorFaults: fields.compact(),
            swaps: fields.compact(), command: fields.text(16))
    }

    /// Whether this is what the kernel writes for a process that calls acct(2) to end or to move accounting: it
    /// has not exited, so its memory was not looked at yet, which it is at every exit. Times and faults may be there:
    /// those of its threads that ended.
    package var isSwitch: Bool { averageMemoryKiB == 0 && exit == .exited(0) }

    /// Seconds from start to end.
    package var elapsedSeconds: Double { elapsedTicks / Self.ticksPerSecond }
}
