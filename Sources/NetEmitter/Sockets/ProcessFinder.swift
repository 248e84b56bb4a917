import ExhaustCore
import ExhaustRuntime
import Glibc

/// Finds the processes that have sockets, by the sockets' inodes.
///
/// /proc tells it the other way round: which sockets a process has. So what is known is kept, and only for a socket
/// that is new are processes looked at: those of its control group, those that have sockets in use, and then all; and
/// of these only what may have changed since the last time. A process with one thread that has not run since has opened
/// nothing.
struct ProcessFinder {
    /// A socket whose process is wanted.
    struct Wanted {
        var inode: UInt32
        var controlGroup: UInt64?
    }

    private struct Holder {
        var pid: Int32
        var descriptor: Int32
        /// A parent that hands a connection to its child may have closed it just after it was seen with it.
        var isSettled = false
    }

    private struct Process {
        /// `nil` if it has to be looked at in any case.
        var activity: UInt64?
        var startTicks: UInt64?
        var sockets: [(inode: UInt32, descriptor: Int32)]
    }

    /// How many looks to leave out after a socket was not found, at most.
    private static let longestPatience = 256
    private static let missingLimit = 65_536

    private let files: ProcessFiles
    private var tree = ControlGroupTree()
    private var names: NameCache
    private var processes: [Int32: Process] = [:]
    private var holders: [UInt32: Holder] = [:]
    private var owners: [Int32: SocketOwner] = [:]
    /// Sockets that no process was seen with: those of other PID namespaces, of the kernel, on their way to a process.
    private var missing: [UInt32: (patience: Int, next: Int)] = [:]
    private var round = 0
    /// Processes that were looked at, for measurements.
    private(set) var scans = 0
    /// Processes that may not be looked at.
    private(set) var refusals = 0

    init(files: ProcessFiles = ProcessFiles(), names: NameCache = NameCache()) {
        self.files = files
        self.names = names
    }

    func close() { tree.close() }

    /// The owner of a socket, as far as `search` has found it.
    mutating func owner(of inode: UInt32, now: Timestamp) -> SocketOwner? {
        guard inode != 0, let holder = holders[inode] else { return nil }
        if let owner = owners[holder.pid] { return owner }
        guard let details = files.details(of: holder.pid) else { return nil }
        let name = details.userID.flatMap { names.userName($0, now: now) }
        let owner = SocketOwner(details, pid: holder.pid, userName: name)
        owners[holder.pid] = owner
        return owner
    }

    /// What is known of a socket without a process.
    mutating func stranger(userID: UInt32?, controlGroup: UInt64?, now: Timestamp) -> SocketOwner {
        SocketOwner(
            userID: userID, userName: userID.flatMap { names.userName($0, now: now) },
            group: controlGroup.flatMap { tree.group($0) })
    }

    /// Forgets processes that have ended or become others: of those whose sockets are in use at once, of `all` now and
    /// then, with what is known of those that live on.
    mutating func refresh(all: Bool) {
        round += 1
        for (pid, owner) in owners {
            let identity = files.identity(of: pid)
            if identity?.startTicks != owner.startTicks { forget(pid) }
            if identity?.name != owner.name { owners[pid] = nil }
        }
        if all {
            let living = Set(files.all())
            for pid in processes.keys where !living.contains(pid) { forget(pid) }
            owners.removeAll(keepingCapacity: true)
        }
        for (inode, holder) in holders where !holder.isSettled {
            if files.holds(holder.pid, holder.descriptor, inode) {
                holders[inode]?.isSettled = true
            } else {
                holders[inode] = nil
                processes[holder.pid]?.sockets.removeAll { $0.inode == inode }
            }
        }
        missing = missing.filter { $0.value.next + Self.longestPatience > round }
    }

    /// Looks for the processes of sockets that are not known yet.
    mutating func search(_ sockets: [Wanted]) {
        var wanted: [UInt32: UInt64?] = [:]
        for socket in sockets where socket.inode != 0 && holders[socket.inode] == nil {
            if let missed = missing[socket.inode], missed.next > round { continue }
            wanted[socket.inode] = socket.controlGroup
        }
        guard !wanted.isEmpty else { return }
        // What was seen with others before, if they have it still.
        for (pid, process) in processes {
            for (inode, descriptor) in process.sockets
            where wanted[inode] != nil && files.holds(pid, descriptor, inode) {
                note(inode, descriptor, of: pid)
            }
        }
        let groups = Set(wanted.values.compactMap { $0.flatMap { tree.folder($0) } })
        for pid in groups.flatMap({ ProcessFiles.members(of: $0) }) { lookAt(pid) }
        if isMissing(wanted) { for pid in owners.keys { lookAt(pid) } }
        if isMissing(wanted) { for pid in files.all() { lookAt(pid) } }
        for inode in wanted.keys { notePatience(inode) }
    }

    private func isMissing(_ wanted: [UInt32: UInt64?]) -> Bool { wanted.keys.contains { holders[$0] == nil } }

    private mutating func notePatience(_ inode: UInt32) {
        if holders[inode] != nil {
            missing[inode] = nil
        } else if missing.count < Self.missingLimit {
            let patience = min((missing[inode]?.patience ?? 0) * 2 + 1, Self.longestPatience)
            missing[inode] = (patience, round + patience)
        }
    }

    private mutating func lookAt(_ pid: Int32) {
        // Before the descriptors are read: what is opened meanwhile shows as activity the next time.
        let activity = files.activity(of: pid)
        if let activity, activity == processes[pid]?.activity { return }
        scans += 1
        guard let sockets = files.sockets(of: pid) else {
            refusals += errno == EACCES || errno == EPERM ? 1 : 0
            return forget(pid)
        }
        guard let identity = files.identity(of: pid) else { return forget(pid) }
        if processes[pid]?.startTicks != identity.startTicks { forget(pid) }
        let former = processes.updateValue(
            Process(
                activity: identity.threads == 1 ? activity : nil, startTicks: identity.startTicks, sockets: sockets),
            forKey: pid)
        for (inode, descriptor) in sockets { note(inode, descriptor, of: pid) }
        guard let former, !former.sockets.isEmpty else { return }
        let kept = Set(sockets.map(\.inode))
        for (inode, _) in former.sockets where !kept.contains(inode) && holders[inode]?.pid == pid {
            holders[inode] = nil
        }
    }

    /// Notes that a process has a socket. Of several the oldest counts, but for the first of all: systemd holds the
    /// sockets of services that it starts on demand.
    private mutating func note(_ inode: UInt32, _ descriptor: Int32, of pid: Int32) {
        if let holder = holders[inode] {
            if holder.pid == pid ? holder.descriptor == descriptor : !isBetter(pid, than: holder.pid) { return }
        }
        holders[inode] = Holder(pid: pid, descriptor: descriptor)
    }

    private func isBetter(_ pid: Int32, than other: Int32) -> Bool {
        if pid == 1 || other == 1 { return other == 1 }
        return (processes[pid]?.startTicks ?? .max, pid) < (processes[other]?.startTicks ?? .max, other)
    }

    private mutating func forget(_ pid: Int32) {
        owners[pid] = nil
        guard let process = processes.removeValue(forKey: pid) else { return }
        for (inode, _) in process.sockets where holders[inode]?.pid == pid { holders[inode] = nil }
    }
}
