package import ExhaustCore

/// Measures one family of values.
package protocol Collector {
    /// One word, which gaps, log lines and the key `collectors` use.
    var name: String { get }

    /// Keys of counters, at any depth of what is measured: numbers below them only rise, and get a rate.
    var counters: Set<String> { get }

    /// Adds what was measured to `data`. What cannot be measured is thrown; `data` keeps what was added before. What
    /// this kernel or machine does not have is left out, and no error.
    mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws
}

extension Collector {
    package var counters: Set<String> { [] }
}

/// What collectors of one sample tell each other.
package struct SampleMoment: Sendable {
    /// When the sample is taken.
    package var time: Timestamp
    /// Time that the machine was awake since the collector's sample before; `nil` in the first one.
    package var elapsed: Duration?
    /// The second of boot, once a collector has found it.
    package var bootSecond: Int64?
    /// CPUs that are online, once a collector has counted them.
    package var cpuCount = 1
    /// CPU time that programs and the kernel for them have used since boot, in ticks, if a collector has found it.
    package var busyTicks: UInt64?

    package init(time: Timestamp, elapsed: Duration? = nil) {
        self.time = time
        self.elapsed = elapsed
    }
}

extension UInt64 {
    /// As an integer of JSON; more than 2^63-1 counts as that.
    var value: Value { .int(Int64(clamping: self)) }
}
