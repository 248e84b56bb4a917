/// What tasks used. Those of one process add up.
struct TaskUsage: Sendable, Hashable {
    /// A number of `struct taskstats` by its offset, and the field that it becomes.
    struct Field: Sendable {
        let offset: Int
        let name: String
    }

    /// What can be added.
    static let sums = [
        Field(offset: 152, name: "user_microseconds"), Field(offset: 160, name: "system_microseconds"),
        Field(offset: 168, name: "minor_faults"), Field(offset: 176, name: "major_faults"),
        Field(offset: 216, name: "read_call_bytes"), Field(offset: 224, name: "write_call_bytes"),
        Field(offset: 232, name: "read_calls"), Field(offset: 240, name: "write_calls"),
        Field(offset: 248, name: "disk_read_bytes"), Field(offset: 256, name: "disk_write_bytes"),
        Field(offset: 264, name: "disk_cancelled_bytes"), Field(offset: 272, name: "voluntary_switches"),
        Field(offset: 280, name: "involuntary_switches"),
    ]
    /// Totals of delays; the number of them is before each.
    static let delays = [
        Field(offset: 24, name: "cpu"), Field(offset: 40, name: "block_io"), Field(offset: 56, name: "swap_in"),
        Field(offset: 320, name: "reclaim"), Field(offset: 336, name: "thrashing"),
        Field(offset: 360, name: "compaction"), Field(offset: 408, name: "write_protect_copy"),
        Field(offset: 424, name: "interrupt"),
    ]

    var sums = [UInt64](repeating: 0, count: Self.sums.count)
    var delayCounts = [UInt64](repeating: 0, count: Self.delays.count)
    var delayNanoseconds = [UInt64](repeating: 0, count: Self.delays.count)
    /// The tasks of a process share one memory.
    var peakResidentKiB: UInt64 = 0
    var peakVirtualKiB: UInt64 = 0

    var userMicroseconds: UInt64 { sums[0] }
    var systemMicroseconds: UInt64 { sums[1] }

    mutating func add(_ other: TaskUsage) {
        for index in sums.indices { sums[index] &+= other.sums[index] }
        for index in delayCounts.indices {
            delayCounts[index] &+= other.delayCounts[index]
            delayNanoseconds[index] &+= other.delayNanoseconds[index]
        }
        peakResidentKiB = max(peakResidentKiB, other.peakResidentKiB)
        peakVirtualKiB = max(peakVirtualKiB, other.peakVirtualKiB)
    }
}
