/// All collectors there are, by name, in the order in which they run: earlier ones tell later ones about boot and CPUs.
package enum CollectorRegistry {
    /// What collectors need to know.
    package struct Setup: Sendable {
        package var roots: Roots
        package var top = 10
        package var excludedTypes: Set<String> = []

        package init(_ roots: Roots) { self.roots = roots }
    }

    /// One collector: its name, what it measures, how often at most, and how one is made.
    package struct Entry: Sendable {
        package var name: String
        package var summary: String
        package var interval: Duration
        package var make: @Sendable (Setup) -> any Collector

        init(
            name: String, summary: String, interval: Duration = .zero,
            make: @escaping @Sendable (Setup) -> any Collector
        ) {
            (self.name, self.summary, self.interval, self.make) = (name, summary, interval, make)
        }
    }

    /// For what hardly changes, or costs much to read.
    private static let seldom: Duration = .seconds(60)

    package static let entries: [Entry] = [
        Entry(name: "cpu", summary: "CPU times, interrupts, context switches, forks") { CPUCollector($0.roots) },
        Entry(name: "memory", summary: "memory, swap space, huge pages, slab") { MemoryCollector($0.roots) },
        Entry(name: "load", summary: "load averages, uptime") { LoadCollector($0.roots) },
        Entry(name: "filesystem", summary: "room, inodes and mode of filesystems") {
            FilesystemCollector($0.roots, excluding: $0.excludedTypes)
        },
        Entry(name: "process", summary: "processes by state and command, and the largest ones") {
            ProcessCollector($0.roots, top: $0.top)
        },
        Entry(name: "paging", summary: "paging, page faults, OOM kills") { PagingCollector($0.roots) },
        Entry(name: "disk", summary: "disk operations, bytes, times") { DiskCollector($0.roots) },
        Entry(name: "network", summary: "network interfaces") { NetworkCollector($0.roots) },
        Entry(name: "protocol", summary: "IP, TCP, UDP and ICMP counters") { ProtocolCollector($0.roots) },
        Entry(name: "socket", summary: "sockets in use") { SocketCollector($0.roots) },
        Entry(name: "conntrack", summary: "connection tracking") { ConntrackCollector($0.roots) },
        Entry(name: "softnet", summary: "packets taken and dropped by CPUs") { SoftnetCollector($0.roots) },
        Entry(name: "pressure", summary: "pressure stall information") { PressureCollector($0.roots) },
        Entry(name: "kernel", summary: "file handles, entropy, limits, taint") { KernelCollector($0.roots) },
        Entry(name: "interrupt", summary: "interrupts and soft interrupts by source", interval: .seconds(30)) {
            InterruptCollector($0.roots)
        },
        Entry(name: "frequency", summary: "clock frequency of CPUs", interval: seldom) {
            FrequencyCollector($0.roots)
        },
        Entry(name: "temperature", summary: "temperatures, fans, voltages", interval: seldom) {
            TemperatureCollector($0.roots)
        },
        Entry(name: "power", summary: "power supplies, batteries, energy", interval: seldom) {
            PowerCollector($0.roots)
        },
        Entry(name: "clock", summary: "time synchronisation", interval: seldom) {
            ClockCollector($0.roots)
        },
        Entry(name: "session", summary: "users who are logged in") { SessionCollector($0.roots) },
        Entry(name: "cgroup", summary: "control groups: services and containers", interval: .seconds(30)) {
            CgroupCollector($0.roots)
        },
        Entry(name: "hardware", summary: "RAID arrays, errors of memory", interval: seldom) {
            HardwareCollector($0.roots)
        },
        Entry(name: "systemd", summary: "states of systemd's units", interval: seldom) { SystemdCollector($0.roots) },
    ]

    /// The names of all collectors.
    package static var names: [String] { entries.map(\.name) }

    /// A line a collector, for people.
    package static var list: String {
        entries.map { entry in
            entry.name + String(repeating: " ", count: max(13 - entry.name.count, 1)) + entry.summary
                + (entry.interval > .zero ? ", every \(entry.interval.components.seconds) s" : "")
        }.joined(separator: "\n")
    }
}
