import ExhaustCore
import Glibc

/// Reads /proc/PID in as few calls as possible, what is gone first first: a process may live for less than 1 ms.
struct ProcessFiles {
    /// How much of the arguments is read.
    static let argumentBytes = 32_768
    private let root: String

    /// A reader of `root`, which is `/proc`.
    init(root: String = "/proc") { self.root = root }

    /// What /proc knows of `pid`; empty if it is gone.
    func details(of pid: Int32) -> ProcessDetails {
        let folder = open("\(root)/\(pid)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return ProcessDetails() }
        defer { close(folder) }
        return withUnsafeTemporaryAllocation(byteCount: Self.argumentBytes, alignment: 16) { buffer in
            Reading(folder: folder, buffer: buffer).details()
        }
    }

    /// The processes that run now.
    func all() -> [Int32] {
        guard let folder = opendir(root) else { return [] }
        defer { closedir(folder) }
        var pids: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let pid = Int32(name) { pids.append(pid) }
        }
        return pids
    }
}

/// One process's folder, and room for a file.
private struct Reading {
    let folder: Int32
    let buffer: UnsafeMutableRawBufferPointer

    func details() -> ProcessDetails {
        var details = ProcessDetails()
        if let bytes = read("cmdline"), !bytes.isEmpty {
            details.isTruncated = bytes.count == buffer.count
            details.arguments = ProcessText.arguments(UnsafeRawBufferPointer(bytes))
        }
        details.executable = link("exe")
        details.workingDirectory = link("cwd")
        if let text = text("stat") { ProcessText.stat(text, into: &details) }
        if let text = text("status") { ProcessText.status(text, into: &details) }
        // 4294967295 where it is not set.
        details.loginUser = text("loginuid").flatMap { UInt32($0) }.flatMap { $0 == .max ? nil : $0 }
        details.auditSession = text("sessionid").flatMap { UInt32($0) }.flatMap { $0 == .max ? nil : $0 }
        if let text = text("cgroup") { ProcessText.cgroup(text, into: &details) }
        return details
    }

    private func read(_ name: String) -> UnsafeMutableRawBufferPointer? {
        let file = openat(folder, name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // The kernel gives such a file a page at a time, and cmdline whole.
        let count = Glibc.read(file, buffer.baseAddress, buffer.count)
        return count < 0 ? nil : UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    }

    private func text(_ name: String) -> String? { read(name).map { String(decoding: $0, as: UTF8.self) } }

    private func link(_ name: String) -> String? {
        guard let base = buffer.baseAddress else { return nil }
        let count = readlinkat(folder, name, base.assumingMemoryBound(to: CChar.self), 4096)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
