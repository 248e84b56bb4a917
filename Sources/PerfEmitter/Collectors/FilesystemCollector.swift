package import ExhaustCore

/// Filesystems with their room (mountinfo, statvfs(3)).
package struct FilesystemCollector: Collector {
    package let name = "filesystem"
    private let tables: [ByteFile]
    private let roots: Roots
    private let excluded: Set<String>
    private let probe: FilesystemProbe

    /// Filesystems of `roots`, without those of the types in `excluding`.
    init(_ roots: Roots, excluding: Set<String> = [], probe: FilesystemProbe? = nil) {
        self.roots = roots
        excluded = excluding
        self.probe = probe ?? FilesystemProbe()
        // With a root of its own this is a container looking at its host, whose mounts are those of pid 1.
        let names = roots.rootfs == "/" ? ["self"] : ["1", "self"]
        tables = names.map { ByteFile("\(roots.proc)/\($0)/mountinfo") }
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        let selection = MountSelection(Mount.table(try readTable()), excluded: excluded)
        var measured: [Value] = []
        var unmeasured: [MountSelection.Unmeasured] = []
        for mount in selection.measured {
            if roots.isRecorded {
                unmeasured.append(.init(mount: mount, reason: "recorded: its room is not known"))
                continue
            }
            do {
                let usage = try probe.usage(path(of: mount))
                // df leaves out what has no size, such as a tmpfs without a limit.
                if usage.limit > 0 { measured.append(.map(Self.data(of: mount, usage))) }
            } catch {
                unmeasured.append(.init(mount: mount, reason: "\(error)"))
            }
        }
        data["system.filesystem"] = .list(measured)
        if !unmeasured.isEmpty {
            data["exhaust.filesystem.unmeasured"] = .list(
                unmeasured.map { entry in
                    var data = Self.data(of: entry.mount)
                    data["exhaust.filesystem.reason"] = .string(entry.reason)
                    return .map(data)
                })
        }
    }

    private func readTable() throws -> ByteScanner {
        var failure: any Error = ExhaustError(.noInput, "there is no table of mounts", at: roots.proc)
        for table in tables {
            do { return try table.read() } catch { failure = error }
        }
        throw failure
    }

    private func path(of mount: Mount) -> [UInt8] {
        roots.rootfs == "/" ? mount.point : Array(roots.rootfs.utf8) + mount.point
    }

    private static func data(of mount: Mount) -> ValueMap {
        [
            "system.device": .string(mount.source),
            "system.filesystem.mountpoint": .string(String(decoding: mount.point, as: UTF8.self)),
            "system.filesystem.type": .string(mount.type), "system.filesystem.mode": mount.isReadOnly ? "ro" : "rw",
            "exhaust.filesystem.options": .string(mount.options),
        ]
    }

    private static func data(of mount: Mount, _ usage: FilesystemUsage) -> ValueMap {
        var data = data(of: mount)
        data["system.filesystem.limit"] = usage.limit.value
        data["system.filesystem.usage.used"] = usage.used.value
        data["system.filesystem.usage.free"] = usage.free.value
        data["system.filesystem.usage.reserved"] = usage.reserved.value
        data["system.filesystem.utilization"] = .double(usage.utilization.short)
        data["exhaust.filesystem.inodes.limit"] = usage.inodes.value
        data["exhaust.filesystem.inodes.used"] = (usage.inodes - usage.freeInodes).value
        data["exhaust.filesystem.inodes.utilization"] = .double(usage.inodeUtilization.short)
        return data
    }
}
