/// What is read of /proc/stat.
package struct KernelStatistics: Sendable, Hashable {
    /// All CPUs together.
    package var cpu = CPUTimes()
    /// CPUs that are online.
    package var cpuCount = 0
    /// The second of boot, since 1970.
    package var bootSecond: Int64?

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
                cpuCount += 1
            } else if line.skip("btime ") {
                bootSecond = line.number().flatMap(Int64.init(exactly:))
                break  // softirq and what else follows is not needed
            }
        }
        guard hasTotal else { return nil }
    }
}
