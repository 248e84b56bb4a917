import ExhaustCore
import Glibc

/// The folder of all processes, /proc. It stays open; files of processes are read through one buffer.
final class ProcessFolder {
    let path: String
    private let isRecorded: Bool
    private var folder: OpaquePointer?
    /// What is between the number of a process and its position in the folder, if that is the same for all.
    private var distance: Int?
    private var buffer = [UInt8](repeating: 0, count: 8192)

    /// The folder at `path`; it is opened when it is first listed. A recorded one is no folder of the kernel's.
    init(_ path: String, isRecorded: Bool) {
        self.path = path
        self.isRecorded = isRecorded
    }

    deinit { if let folder { closedir(folder) } }

    /// All processes in ascending order, or those with larger numbers than `pid`, up to `last`.
    func processes(after pid: UInt32? = nil, to last: UInt32 = .max) throws -> [ProcessTable.Listed] {
        if folder == nil { folder = opendir(path) }
        guard let folder else { throw ExhaustError(.noInput, errno: errno, "cannot open", at: path) }
        if let pid, let distance { seekdir(folder, Int(pid) + 1 + distance) } else { rewinddir(folder) }
        var processes: [ProcessTable.Listed] = []
        var (isSorted, distances, position): (Bool, Set<Int>, Int?) = (true, [], nil)
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            defer { position = Int(entry.pointee.d_off) }
            guard let pid = Self.number(entry) else { continue }
            if isSorted, pid > last { break }
            if let before = processes.last {
                if before.pid >= pid { isSorted = false }
                if let position { distances.insert(position - Int(pid)) }
            }
            processes.append(.init(pid: pid, inode: UInt64(entry.pointee.d_ino)))
        }
        guard errno == 0 else { throw ExhaustError(.inputOutput, errno: errno, "cannot list", at: path) }
        if pid == nil { distance = distances.count == 1 ? distances.first : nil }
        // The kernel's are; a recorded folder has any order.
        return isSorted ? processes : processes.sorted { $0.pid < $1.pid }
    }

    /// Whether the folder can be listed from a process on: in the kernel's /proc the position of an entry is the
    /// process's number and a constant.
    var canSeek: Bool { distance != nil }

    /// The content of a file of a process, up to 8 KiB; `nil` if it is gone or closed to us, which is normal. The
    /// scanner must be gone before the next read.
    func read(_ file: StaticString, of pid: UInt32) -> ByteScanner? {
        guard let folder else { return nil }
        let descriptor = openat(dirfd(folder), "\(pid)/\(file)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count > 0 ? ByteScanner(buffer, count: count) : nil
    }

    /// How many descriptors a process has open; `nil` if the process is gone or closed to us.
    func descriptorCount(of pid: UInt32) -> Int64? {
        guard let folder else { return nil }
        var status = stat()
        guard fstatat(dirfd(folder), "\(pid)/fd", &status, 0) == 0 else { return nil }
        // Since Linux 6.2 the folder's size is the count; before, and in recorded trees, names have to be counted.
        if status.st_size > 0, !isRecorded { return Int64(status.st_size) }
        let descriptor = openat(dirfd(folder), "\(pid)/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard let list = fdopendir(descriptor) else {
            close(descriptor)
            return nil
        }
        defer { closedir(list) }
        var count: Int64 = 0
        while let entry = readdir(list) { if Self.number(entry) != nil { count += 1 } }
        return count
    }

    private static func number(_ entry: UnsafeMutablePointer<dirent>) -> UInt32? {
        withUnsafeBytes(of: &entry.pointee.d_name) { name in
            var number: UInt64 = 0
            for (index, byte) in name.enumerated() {
                if byte == 0 { return index > 0 ? UInt32(exactly: number) : nil }
                guard (48...57).contains(byte), index < 10 else { return nil }
                number = number * 10 + UInt64(byte - 48)
            }
            return nil
        }
    }
}
