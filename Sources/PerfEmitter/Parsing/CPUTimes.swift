/// Time that all CPUs together spent in each mode since boot, in ticks of 1/100 s (USER_HZ).
///
/// As in psutil and in node_exporter, `user` and `nice` contain the time of guests.
package struct CPUTimes: Sendable, Hashable {
    package var user: UInt64 = 0
    package var nice: UInt64 = 0
    package var system: UInt64 = 0
    package var idle: UInt64 = 0
    package var ioWait: UInt64 = 0
    package var interrupt: UInt64 = 0
    package var softInterrupt: UInt64 = 0
    package var steal: UInt64 = 0
    /// Part of `user` and `nice`: what guests of this machine used.
    package var guest: UInt64 = 0
    package var guestNice: UInt64 = 0

    /// Ticks in a second, which the kernel's user interface fixes on Linux (USER_HZ).
    package static let ticksPerSecond = 100.0

    package init() {}

    /// Reads the numbers after `cpu` of /proc/stat; `nil` with fewer than four, which every kernel has.
    package init?(_ line: inout ByteScanner) {
        guard let user = line.number(), let nice = line.number(), let system = line.number(), let idle = line.number()
        else { return nil }
        (self.user, self.nice, self.system, self.idle) = (user, nice, system, idle)
        ioWait = line.number() ?? 0
        interrupt = line.number() ?? 0
        softInterrupt = line.number() ?? 0
        steal = line.number() ?? 0
        guest = line.number() ?? 0
        guestNice = line.number() ?? 0
    }

    /// The modes by OpenTelemetry's names (`cpu.mode`), and `softirq`, for which it has none.
    package var modes: [(name: String, ticks: UInt64)] {
        [
            ("user", user), ("nice", nice), ("system", system), ("idle", idle), ("iowait", ioWait),
            ("interrupt", interrupt), ("softirq", softInterrupt), ("steal", steal),
        ]
    }

    /// The share of each mode in the time since `earlier`, 0 to 1; `nil` if no time has passed.
    ///
    /// A counter that went down, as `iowait` and `idle` do on some kernels, counts as unchanged.
    package func shares(since earlier: CPUTimes) -> [(name: String, share: Double)]? {
        let spent = zip(modes, earlier.modes).map { now, then in
            (name: now.name, ticks: now.ticks > then.ticks ? Double(now.ticks - then.ticks) : 0)
        }
        let total = spent.reduce(0) { $0 + $1.ticks }
        guard total > 0 else { return nil }
        return spent.map { ($0.name, ($0.ticks / total).short) }
    }
}
