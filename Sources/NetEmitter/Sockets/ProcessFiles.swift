import ExhaustRuntime
import Glibc

/// What /proc says of processes and their sockets.
struct ProcessFiles {
    /// What a socket's owner is known by.
    struct Details {
        var name: String?
        var startTicks: UInt64?
        var threads: Int?
        var executable: String?
        var userID: UInt32?
        var group: ControlGroup?
    }

    private static let readBytes = 4096
    private let root: String

    init(root: String = "/proc") { self.root = root }

    /// The processes that run now.
    func all() -> [Int32] { Self.numbers(in: root) }

    /// The name, start and number of threads alone; `nil` if there is no such process.
    func identity(of pid: Int32) -> Details? { read("\(root)/\(pid)/stat").flatMap(Self.identity) }

    /// All that is known; `nil` if there is no such process.
    func details(of pid: Int32) -> Details? {
        guard var details = identity(of: pid) else { return nil }
        details.executable = Self.link("\(root)/\(pid)/exe")
        details.userID = read("\(root)/\(pid)/status").flatMap(Self.effectiveUser)
        details.group = read("\(root)/\(pid)/cgroup").flatMap { ControlGroup(file: $0) }
        return details
    }

    /// For how many nanoseconds its first thread has run: while that stays, the thread has done nothing. `nil` where
    /// the kernel does not count it (CONFIG_SCHED_INFO).
    func activity(of pid: Int32) -> UInt64? {
        guard let text = read("\(root)/\(pid)/schedstat") else { return nil }
        let number = UInt64(String(decoding: text.prefix { $0 != 0x20 }, as: UTF8.self))
        return number == 0 ? nil : number
    }

    /// The inodes of its sockets, with the descriptor of each. `nil` if it may not be looked at.
    func sockets(of pid: Int32) -> [(inode: UInt32, descriptor: Int32)]? {
        let path = "\(root)/\(pid)/fd"
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        let descriptor = dirfd(folder)
        var found: [(UInt32, Int32)] = []
        while let entry = readdir(folder) {
            let (number, inode) = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    (Int32(atol(name)), name[0] == 0x2e ? nil : Self.socketInode(descriptor, name))
                }
            }
            if let inode { found.append((inode, number)) }
        }
        return found
    }

    /// Whether the descriptor of a process is still this socket.
    func holds(_ pid: Int32, _ descriptor: Int32, _ inode: UInt32) -> Bool {
        Self.socketInode(AT_FDCWD, "\(root)/\(pid)/fd/\(descriptor)") == inode
    }

    /// The processes of a control group, by the path of its folder.
    static func members(of folder: String) -> [Int32] {
        guard let text = readFile("\(folder)/cgroup.procs", limit: 1 << 16) else { return [] }
        return text.split(separator: 0x0a).compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }

    private func read(_ path: String) -> [UInt8]? { Self.readFile(path, limit: Self.readBytes) }

    private static func readFile(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = max(0, Glibc.read(file, buffer.baseAddress, limit))
        }
        return bytes.isEmpty ? nil : bytes
    }

    private static func numbers(in path: String) -> [Int32] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var numbers: [Int32] = []
        while let entry = readdir(folder) {
            let number = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { Int32(truncatingIfNeeded: atol($0)) }
            }
            if number > 0 { numbers.append(number) }
        }
        return numbers
    }

    /// The number in a link such as `socket:[4026531]`.
    private static func socketInode(_ folder: Int32, _ name: UnsafePointer<CChar>) -> UInt32? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let count = readlinkat(folder, name, base, 31)
            guard count > 9, strncmp(base, "socket:[", 8) == 0 else { return nil }
            base[count] = 0
            return UInt32(truncatingIfNeeded: strtoul(base + 8, nil, 10))
        }
    }

    private static func link(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let count = readlink(path, base, 4096)
            return count > 0
                ? String(decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self) : nil
        }
    }
}

// The files' texts (proc(5)).
extension ProcessFiles {
    /// `stat`: name, threads and start. The name may hold blanks and parentheses itself.
    static func identity(_ bytes: [UInt8]) -> Details? {
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")), let close = bytes.lastIndex(of: UInt8(ascii: ")")),
            open < close
        else { return nil }
        let fields = bytes[(close + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19 else { return nil }
        func number(_ index: Int) -> UInt64? { UInt64(String(decoding: fields[index], as: UTF8.self)) }
        return Details(
            name: String(decoding: bytes[(open + 1)..<close], as: UTF8.self), startTicks: number(19),
            threads: number(17).flatMap { Int(exactly: $0) })
    }

    /// `status`: the second of four numbers behind `Uid:`.
    static func effectiveUser(_ bytes: [UInt8]) -> UInt32? {
        for line in bytes.split(separator: 0x0a) where line.starts(with: Array("Uid:".utf8)) {
            let numbers = line.dropFirst(4).split { $0 == 0x09 || $0 == 0x20 }
            return numbers.count == 4 ? UInt32(String(decoding: numbers[1], as: UTF8.self)) : nil
        }
        return nil
    }
}
