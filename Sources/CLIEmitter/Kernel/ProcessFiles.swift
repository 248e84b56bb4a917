import ExhaustCore
import Glibc

/// Reads /proc/PID in as few calls as possible, what is gone first first: a process may live for less than 1 ms.
struct ProcessFiles {
    /// How much of the arguments is read.
    static let argumentBytes = 32_768
    private let root: String
    private let buffer: UnsafeMutableRawBufferPointer

    /// A reader with one buffer, which `close` frees; `root` is `/proc`.
    init(root: String = "/proc") {
        self.root = root
        buffer = .allocate(byteCount: Self.argumentBytes, alignment: 16)
    }

    func close() { buffer.deallocate() }

    /// What /proc knows of `pid`; empty if it is gone.
    func details(of pid: Int32) -> ProcessDetails {
        var details = ProcessDetails()
        let folder = open("\(root)/\(pid)", O_PATH | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return details }
        defer { _ = Glibc.close(folder) }
        if let bytes = read("cmdline", in: folder), !bytes.isEmpty {
            details.isTruncated = bytes.count == Self.argumentBytes
            details.arguments = ProcessText.arguments(UnsafeRawBufferPointer(bytes))
        }
        details.executable = link("exe", in: folder)
        details.workingDirectory = link("cwd", in: folder)
        if let bytes = read("stat", in: folder) { ProcessText.stat(text(bytes), into: &details) }
        if let bytes = read("status", in: folder) { ProcessText.status(text(bytes), into: &details) }
        details.loginUser = number("loginuid", in: folder)
        details.auditSession = number("sessionid", in: folder)
        if let bytes = read("cgroup", in: folder) { ProcessText.cgroup(text(bytes), into: &details) }
        return details
    }

    /// The processes that run now.
    func all() -> [Int32] {
        guard let folder = opendir(root) else { return [] }
        defer { closedir(folder) }
        var pids: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if let pid = Int32(name) { pids.append(pid) }
        }
        return pids
    }

    private func read(_ name: String, in folder: Int32) -> UnsafeMutableRawBufferPointer.SubSequence? {
        let file = openat(folder, name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { _ = Glibc.close(file) }
        // The kernel gives such a file a page at a time, and cmdline whole.
        let count = Glibc.read(file, buffer.baseAddress, buffer.count)
        return count < 0 ? nil : buffer[..<count]
    }

    private func text(_ bytes: UnsafeMutableRawBufferPointer.SubSequence) -> String { String(decoding: bytes, as: UTF8.self) }

    private func link(_ name: String, in folder: Int32) -> String? {
        let count = readlinkat(folder, name, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), 4096)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// A number that is 4294967295 where it is not set.
    private func number(_ name: String, in folder: Int32) -> UInt32? {
        guard let bytes = read(name, in: folder), let number = UInt32(text(bytes)), number != .max else { return nil }
        return number
    }
}
