import CLinux
import Glibc

/// Tells which processes have ended, without looking at each of them.
final class ProcessWatch {
    private let set: Int32
    private var descriptors: [UInt32: Int32] = [:]
    private let limit: rlim_t
    /// Descriptors that others may need.
    private static let reserve: rlim_t = 200
    /// So many ends are told of at once.
    private static let most = 512

    /// A watch of no process yet; `nil` where the kernel has none (before Linux 5.3).
    init?() {
        // A descriptor a process; select(2), which cannot have more than 1024, is not used.
        var limits = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        limits.rlim_cur = max(limits.rlim_cur, min(limits.rlim_max, 1 << 16))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        limit = limits.rlim_cur
        set = exhaust_watch_open()
        guard set >= 0 else { return nil }
    }

    deinit {
        for descriptor in descriptors.values { close(descriptor) }
        if set >= 0 { close(set) }
    }

    /// Watches `pid` too, if it is not watched; says whether that can be done. One that is gone already can.
    func add(_ pid: UInt32) -> Bool {
        guard descriptors[pid] == nil else { return true }
        let descriptor = exhaust_watch_process(set, pid)
        guard descriptor >= 0 else { return errno == ESRCH }
        descriptors[pid] = descriptor
        return rlim_t(descriptor) + Self.reserve < limit
    }

    /// Watches `pid` no longer.
    func remove(_ pid: UInt32) {
        if let descriptor = descriptors.removeValue(forKey: pid) { close(descriptor) }
    }

    /// Watches none but `pids`, and of these none that has ended: its number may be another's by now.
    func keep(_ pids: Set<UInt32>) {
        let ended = ended()
        for pid in Array(descriptors.keys) where !pids.contains(pid) || ended?.contains(pid) ?? true { remove(pid) }
    }

    /// Those that have ended, as long as they are watched; `nil` if there are too many to tell.
    func ended() -> Set<UInt32>? {
        var pids = [UInt32](repeating: 0, count: Self.most)
        let count = Int(exhaust_watch_ended(set, &pids, Int32(Self.most)))
        return (0..<Self.most).contains(count) ? Set(pids.prefix(count)) : nil
    }
}
