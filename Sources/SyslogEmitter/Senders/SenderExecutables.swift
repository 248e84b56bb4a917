import Glibc

/// Finds what sending processes execute.
///
/// The cache holds each process's folder in /proc open. That one stays the process's own whatever becomes of its pid,
/// so a later process with the same pid is not mistaken for it, and what it executes is read afresh each time.
struct SenderExecutables {
    private var folders: [Int32: ProcessFolder] = [:]
    private static let limit = 128

    /// What the process `pid` executes now. `nil` if it is gone, if it may not be looked at, or if it began after
    /// `sent`, the time since boot at which it is said to have sent something: then the sender is gone and its pid is
    /// another's.
    mutating func executable(of pid: Int32, sent: Duration) -> String? {
        guard pid > 0 else { return nil }
        if let folder = folders[pid] {
            if let path = folder.executable, folder.began <= sent { return path }
            folders[pid] = nil
        }
        guard let folder = ProcessFolder(pid), folder.began <= sent, let path = folder.executable else { return nil }
        if folders.count >= Self.limit { folders = [:] }
        folders[pid] = folder
        return path
    }
}

/// One process's folder in /proc.
private final class ProcessFolder {
    private let descriptor: Int32
    /// When the process began, since boot, rounded down to a tick of the kernel's clock.
    let began: Duration

    init?(_ pid: Int32) {
        descriptor = open("/proc/\(pid)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, let ticks = Self.startTicks(descriptor) else {
            began = .zero
            return nil
        }
        began = .milliseconds(ticks * 1000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK)))))
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var executable: String? {
        withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let length = readlinkat(descriptor, "exe", base, buffer.count)
            return length > 0 ? String(decoding: buffer[..<length], as: UTF8.self) : nil
        }
    }

    /// Field 22 of proc_pid_stat(5); the second one is a name in brackets that may hold anything.
    private static func startTicks(_ folder: Int32) -> Int64? {
        let file = openat(folder, "stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let length = read(file, base, buffer.count)
            guard length > 0, let bracket = buffer[..<length].lastIndex(of: UInt8(ascii: ")")) else { return nil }
            let fields = buffer[(bracket + 1)..<length].split(separator: UInt8(ascii: " "))
            return fields.count > 19 ? Int64(String(decoding: fields[19], as: UTF8.self)) : nil
        }
    }
}
