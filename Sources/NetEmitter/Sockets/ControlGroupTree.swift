import CLinux
import ExhaustRuntime
import Glibc

/// Finds control groups (version 2) by their numbers, which sockets have.
struct ControlGroupTree {
    private static let limit = 4096
    private let mount: String?
    private let descriptor: Int32
    /// `nil` for numbers that lead nowhere.
    private var known: [UInt64: String?] = [:]

    /// The tree that this machine has mounted; without one nothing is found.
    init() {
        let mount = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first { access("\($0)/cgroup.procs", R_OK) == 0 }
        let isUnified = mount.map { access("\($0)/cgroup.controllers", R_OK) == 0 } ?? false
        self.mount = isUnified ? mount : nil
        descriptor = self.mount.map { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } ?? -1
    }

    func close() { if descriptor >= 0 { _ = Glibc.close(descriptor) } }

    /// The folder of a group; `nil` if it cannot be found, or is the root of the tree, which says nothing.
    mutating func folder(_ id: UInt64) -> String? {
        if let path = known[id] { return path }
        if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
        let path = find(id)
        known[id] = .some(path)
        return path
    }

    /// The group as its processes have it in /proc.
    mutating func group(_ id: UInt64) -> ControlGroup? {
        guard let mount, let folder = folder(id) else { return nil }
        return ControlGroup(path: String(folder.dropFirst(mount.utf8.count)))
    }

    private func find(_ id: UInt64) -> String? {
        let opened = exhaust_open_control_group(descriptor, id)
        guard opened >= 0 else { return nil }
        defer { _ = Glibc.close(opened) }
        var name = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/fd/\(opened)", &name, name.count)
        guard count > 0 else { return nil }
        let path = String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path == mount ? nil : path
    }
}
