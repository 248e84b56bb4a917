/// What is read of /proc/stat.
package struct KernelStatistics: Sendable, Hashable {
    /// All CPUs together.
    package var cpu = CPUTimes()
    /// Each CPU that is online, by its number.
    package var cpus: [(number: UInt64, times: CPUTimes)] { numbers.indices.map { (numbers[$0], times[$0]) } }
    /// The second of boot, since 1970.
    package var bootSecond: Int64?
    /// Counters and states of the whole kernel: interrupts, context switches, forks and so on.
    package var totals = Totals()

    /// The lines after those of CPUs, each as far as the kernel has it.
    package struct Totals: Sendable, Hashable {
        package var interrupts: UInt64?
        package var contextSwitches: UInt64?
        package var created: UInt64?
        package var runnable: UInt64?
        package var blocked: UInt64?
    }

    private var numbers: [UInt64] = []
    private var times: [CPUTimes] = []

    /// CPUs that are online.
    package var cpuCount: Int { numbers.count }

    /// Reads /proc/stat; `nil` if it lacks the line of all CPUs.
    package init?(_ text: ByteScanner) {
        var text = text
        var hasTotal = false
        while var line = text.line() {
            if line.skip("cpu ") {
                guard let times = CPUTimes(&line) else { return nil }
                cpu = times
                hasTotal = true
            } else if line.skip("cpu") {
                guard let number = line.number(), let own = CPUTimes(&line) else { continue }
                numbers.append(number)
                times.append(own)
            } else {
                totals.note(&line)
                if line.skip("btime ") { bootSecond = line.number().flatMap(Int64.init(exactly:)) }
            }
        }
        guard hasTotal else { return nil }
    }
}

extension KernelStatistics.Totals {
    fileprivate mutating func note(_ line: inout ByteScanner) {
        if line.skip("intr ") {
            interrupts = line.number()
        } else if line.skip("ctxt ") {
            contextSwitches = line.number()
        } else if line.skip("processes ") {
            created = line.number()
        } else if line.skip("procs_running ") {
            runnable = line.number()
        } else if line.skip("procs_blocked ") {
            blocked = line.number()
        }
    }
}
