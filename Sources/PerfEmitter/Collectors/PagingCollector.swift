package import ExhaustCore

/// Paging, page faults and killings for want of memory (/proc/vmstat).
package struct PagingCollector: Collector {
    package let name = "paging"
    package let counters: Set<String> = [
        "system.paging.faults", "system.paging.operations", "exhaust.paging.io", "exhaust.memory.oom_kills",
    ]
    private let file: ByteFile

    package init(_ roots: Roots) { file = ByteFile("\(roots.proc)/vmstat") }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        guard var text = try file.readIfPresent() else { return }
        var (faults, major, kilobytesIn, kilobytesOut): (UInt64?, UInt64?, UInt64?, UInt64?)
        var (swappedIn, swappedOut): (UInt64?, UInt64?)
        while var line = text.line() {
            if line.skip("pgfault ") {
                faults = line.number()
            } else if line.skip("pgmajfault ") {
                major = line.number()
            } else if line.skip("pgpgin ") {
                kilobytesIn = line.number()
            } else if line.skip("pgpgout ") {
                kilobytesOut = line.number()
            } else if line.skip("pswpin ") {
                swappedIn = line.number()
            } else if line.skip("pswpout ") {
                swappedOut = line.number()
            } else if line.skip("oom_kill ") {
                data["exhaust.memory.oom_kills"] = line.number()?.value
            }
        }
        if let faults, let major {
            data["system.paging.faults"] = ["major": major.value, "minor": (faults - min(major, faults)).value]
        }
        if let swappedIn, let swappedOut {
            data["system.paging.operations"] = ["in": swappedIn.value, "out": swappedOut.value]
        }
        if let kilobytesIn, let kilobytesOut {
            data["exhaust.paging.io"] = [
                "in": kilobytesIn.multipliedClamped(by: 1024).value,
                "out": kilobytesOut.multipliedClamped(by: 1024).value,
            ]
        }
    }
}
