package import ExhaustCore

/// What control groups use, such as systemd's services and containers (/sys/fs/cgroup).
///
/// The groups of the first two levels are told of; of version 1 those that the controllers `cpuacct` and `memory` have,
/// with what the others have under the same path.
package struct CgroupCollector: Collector {
    package let name = "cgroup"
    package let counters: Set<String> = [
        "exhaust.cgroup.cpu.time", "exhaust.cgroup.cpu.throttled", "exhaust.cgroup.oom_kills",
    ]
    private let root: String
    /// More are not told of, so that made-up groups cannot make an event huge.
    private static let limit = 200

    package init(_ roots: Roots) { root = "\(roots.sys)/fs/cgroup" }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        let isUnified = SmallFile.text("\(root)/cgroup.controllers") != nil
        let folders = isUnified ? [root] : ["\(root)/cpuacct", "\(root)/memory"]
        var paths: Set<String> = []
        for folder in folders { paths.formUnion(Self.groups(folder)) }
        let groups = paths.sorted().prefix(Self.limit).compactMap { path -> Value? in
            var group: ValueMap = ["exhaust.cgroup.path": .string(path)]
            if isUnified { describeUnified(path, in: &group) } else { describe(path, in: &group) }
            return group.count > 1 ? .map(group) : nil
        }
        guard !groups.isEmpty else { return }
        data["exhaust.cgroups"] = .list(groups)
        if paths.count > Self.limit { data["exhaust.cgroups_left_out"] = .int(Int64(paths.count - Self.limit)) }
    }

    /// Groups of the first two levels: `/system.slice` and `/system.slice/nginx.service`.
    private static func groups(_ folder: String) -> [String] {
        var groups: [String] = []
        for name in SmallFile.folders(in: folder) {
            groups.append("/\(name)")
            groups += SmallFile.folders(in: "\(folder)/\(name)").map { "/\(name)/\($0)" }
        }
        return groups
    }

    private func describeUnified(_ path: String, in group: inout ValueMap) {
        let folder = root + path
        let cpu = Self.table("\(folder)/cpu.stat")
        if let user = cpu["user_usec"], let system = cpu["system_usec"] {
            group["exhaust.cgroup.cpu.time"] = [
                "user": .double(Double(user) / 1e6), "system": .double(Double(system) / 1e6),
            ]
        }
        group["exhaust.cgroup.cpu.throttled"] = cpu["throttled_usec"].map { .double(Double($0) / 1e6) }
        group["exhaust.cgroup.memory.usage"] = SmallFile.number("\(folder)/memory.current").map { .int($0) }
        // `max` is no number: no limit.
        group["exhaust.cgroup.memory.limit"] = SmallFile.number("\(folder)/memory.max").map { .int($0) }
        group["exhaust.cgroup.oom_kills"] = Self.table("\(folder)/memory.events")["oom_kill"].map { .int($0) }
        group["exhaust.cgroup.tasks"] = SmallFile.number("\(folder)/pids.current").map { .int($0) }
    }

    private func describe(_ path: String, in group: inout ValueMap) {
        let cpu = Self.table("\(root)/cpuacct\(path)/cpuacct.stat")
        if let user = cpu["user"], let system = cpu["system"] {
            group["exhaust.cgroup.cpu.time"] = [
                "user": .double(Double(user) / CPUTimes.ticksPerSecond),
                "system": .double(Double(system) / CPUTimes.ticksPerSecond),
            ]
        }
        let memory = "\(root)/memory\(path)"
        group["exhaust.cgroup.memory.usage"] = SmallFile.number("\(memory)/memory.usage_in_bytes").map { .int($0) }
        // Without a limit the file has the largest number of pages that there is.
        if let limit = SmallFile.number("\(memory)/memory.limit_in_bytes"), limit < 1 << 60 {
            group["exhaust.cgroup.memory.limit"] = .int(limit)
        }
        group["exhaust.cgroup.oom_kills"] = Self.table("\(memory)/memory.oom_control")["oom_kill"].map { .int($0) }
        let throttled = Self.table("\(root)/cpu\(path)/cpu.stat")["throttled_time"]
        group["exhaust.cgroup.cpu.throttled"] = throttled.map { .double(Double($0) / 1e9) }
        group["exhaust.cgroup.tasks"] = SmallFile.number("\(root)/pids\(path)/pids.current").map { .int($0) }
    }

    /// Lines of a name and a number.
    private static func table(_ path: String) -> [String: Int64] {
        var scanner = ByteScanner(Array((SmallFile.text(path) ?? "").utf8))
        var table: [String: Int64] = [:]
        while var line = scanner.line() {
            if let name = line.string(), let number = line.number() { table[name] = Int64(clamping: number) }
        }
        return table
    }
}
