package import ExhaustCore
import Glibc

/// States of systemd's units, where it runs.
package struct SystemdCollector: Collector {
    package let name = "systemd"
    private let mark: String
    private let isRecorded: Bool
    private let manager: SystemdManager
    /// More are not told of one by one.
    private static let limit = 500
    /// States that are told of even if no unit is in them, so that rules can rely on the key.
    private static let usualStates = ["active", "inactive", "failed", "activating", "deactivating", "reloading"]

    package init(_ roots: Roots) {
        let run = roots.rootfs == "/" ? "/run" : "\(roots.rootfs)/run"
        // systemd makes this folder where it is the first process (sd_booted(3)).
        mark = "\(run)/systemd/system"
        isRecorded = roots.isRecorded
        manager = SystemdManager([("\(run)/dbus/system_bus_socket", true), ("\(run)/systemd/private", false)])
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        guard !isRecorded, access(mark, F_OK) == 0 else { return }
        Self.describe(try manager.units(), in: &data)
    }

    static func describe(_ units: [SystemdUnit], in data: inout ValueMap) {
        var counts = Dictionary(uniqueKeysWithValues: usualStates.map { ($0, Int64(0)) })
        // Units that are not there, but that others ask for, are listed too.
        let units = units.filter { $0.load == "loaded" || $0.state != "inactive" }.sorted { $0.name < $1.name }
        for unit in units { counts[unit.state, default: 0] += 1 }
        data["exhaust.systemd.units"] = .map(ValueMap(counts.sorted { $0.key < $1.key }.map { ($0, .int($1)) }))
        let failed = units.filter { $0.state == "failed" }
        data["exhaust.systemd.failed"] = .list(failed.prefix(limit).map { .string($0.name) })
        let services = units.filter { $0.name.hasSuffix(".service") }
        data["exhaust.systemd.services"] = .map(ValueMap(services.prefix(limit).map { ($0.name, .string($0.state)) }))
        if services.count > limit {
            data["exhaust.systemd.services_left_out"] = .int(Int64(services.count - limit))
        }
    }
}
