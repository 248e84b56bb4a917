package import ExhaustCore

/// Measures one family of values.
package protocol Collector {
    /// One word, which gaps and log lines use.
    var name: String { get }

    /// Adds what was measured to `data`. What cannot be measured is thrown; `data` keeps what was added before.
    mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws
}

/// What collectors of one sample tell each other.
package struct SampleMoment: Sendable {
    /// When the sample is taken.
    package var time: Timestamp
    /// Time since the sample before; `nil` in the first one.
    package var elapsed: Duration?
    /// The second of boot, once a collector has found it.
    package var bootSecond: Int64?
    /// CPUs that are online, once a collector has counted them.
    package var cpuCount = 1

    package init(time: Timestamp, elapsed: Duration? = nil) {
        self.time = time
        self.elapsed = elapsed
    }
}

/// Where a host's files are: `/proc` and so on, or a recorded tree.
package struct Roots: Sendable, Hashable {
    package var proc: String
    package var sys: String
    package var rootfs: String
    /// A recorded tree is the state of another machine: its filesystems cannot be asked.
    package var isRecorded: Bool

    package init(proc: String = "/proc", sys: String = "/sys", rootfs: String = "/", isRecorded: Bool = false) {
        self.proc = proc
        self.sys = sys
        self.rootfs = rootfs
        self.isRecorded = isRecorded
    }

    /// The tree below `folder`, with `proc` and `sys` in it.
    package static func recorded(_ folder: String) -> Roots {
        Roots(proc: "\(folder)/proc", sys: "\(folder)/sys", rootfs: folder, isRecorded: true)
    }
}

extension UInt64 {
    /// As an integer of JSON; more than 2^63-1 counts as that.
    var value: Value { .int(Int64(clamping: self)) }
}
