package import ExhaustCore

/// Tells when the process of a record ended.
///
/// The kernel (kernel/acct.c, fill_ac) writes the start as *the second of the end minus the whole seconds elapsed*.
/// Start plus whole seconds elapsed is therefore exactly the second in which the process ended; which part of that
/// second is not recorded. A record that was read just as it was written ended then; for any other the fraction of
/// the elapsed time stands in. Either way the error is below a second, and the times of a file never run backwards
/// within a second.
package struct ExitClock: Sendable {
    private var latest = Timestamp(seconds: 0)

    package init() {}

    /// The end of the process that `record` tells of.
    ///
    /// - Parameter witnessed: when the record was read, if the reader was waiting for it at the end of the file.
    package mutating func end(of record: AcctRecord, witnessed: Timestamp? = nil) -> Timestamp {
        // 2^32 s is the most that a record's own start can be apart from 1970; more elapsed is not believed.
        let elapsed = min(record.elapsedTicks, 0x1p32 * AcctRecord.ticksPerSecond)
        let wholeSeconds = Int64(elapsed / AcctRecord.ticksPerSecond)
        let ticks = elapsed - Double(wholeSeconds) * AcctRecord.ticksPerSecond
        let second = Int64(record.startSecond) + wholeSeconds
        let estimate = Timestamp(seconds: second, nanoseconds: Int64(ticks) * 10_000_000)
        let first = Timestamp(seconds: second)
        let last = Timestamp(seconds: second, nanoseconds: 999_999_999)
        var end = witnessed.map { min(max($0, first), last) } ?? estimate
        if latest > end, latest <= last { end = latest }
        latest = end
        return end
    }
}
