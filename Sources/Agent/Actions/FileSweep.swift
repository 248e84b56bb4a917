import ExhaustCore
import Glibc

/// Deletes regular files below a folder. It follows no symbolic link, not even in the path of the folder itself, and
/// does not leave the folder's filesystem: whoever may write in the folder cannot lead it elsewhere.
struct FileSweep: Sendable {
    /// What was done.
    struct Swept: Sendable, Hashable {
        /// Files deleted.
        var removed = 0
        /// Bytes that they occupied on disk; those of files with another name elsewhere are not counted.
        var bytes: Int64 = 0
        /// Files and folders that could not be read or deleted.
        var failures = 0
        var firstFailure: String?
        /// Its time was over.
        var isCutShort = false
    }

    let path: String
    /// fnmatch(3), on the file's own name.
    let pattern: String
    let modifiedBefore: Timestamp
    let deadline: ContinuousClock.Instant

    private static let depthLimit = 64

    /// Sweeps the whole folder. Blocks. Throws if the folder itself cannot be opened.
    func run() throws -> Swept {
        let folder = try openRoot()
        var status = stat()
        guard fstat(folder, &status) == 0 else {
            let number = errno
            close(folder)
            throw ExhaustError(.inputOutput, errno: number, "cannot look at the folder", at: path)
        }
        var swept = Swept()
        sweep(folder, name: path, device: status.st_dev, depth: 0, into: &swept)
        return swept
    }

    /// Opens the folder from the root, one component at a time.
    private func openRoot() throws -> Int32 {
        var folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for component in path.split(separator: "/") {
            let next = openat(folder, String(component), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let number = errno
            close(folder)
            guard next >= 0 else {
                throw ExhaustError(
                    .noInput, errno: number, "cannot open '\(component)' of the folder", at: path,
                    advice: number == ENOTDIR || number == ELOOP ? "give the path without symbolic links" : nil)
            }
            folder = next
        }
        return folder
    }

    /// Sweeps one open folder and closes it.
    private func sweep(_ folder: Int32, name: String, device: dev_t, depth: Int, into swept: inout Swept) {
        guard let stream = fdopendir(folder) else {
            Self.note(name, errno, in: &swept)
            close(folder)
            return
        }
        defer { closedir(stream) }
        while !swept.isCutShort {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { Self.note(name, errno, in: &swept) }
                return
            }
            let file = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if file == "." || file == ".." { continue }
            if ContinuousClock.now >= deadline { swept.isCutShort = true }
            visit(file, in: folder, name: "\(name)/\(file)", device: device, depth: depth, into: &swept)
        }
    }

    private func visit(
        _ file: String, in folder: Int32, name: String, device: dev_t, depth: Int, into swept: inout Swept
    ) {
        var status = stat()
        guard fstatat(folder, file, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            // Gone meanwhile is as good as deleted.
            if errno != ENOENT { Self.note(name, errno, in: &swept) }
            return
        }
        guard status.st_dev == device else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG: remove(file, in: folder, name: name, status: status, into: &swept)
        case S_IFDIR where depth < Self.depthLimit:
            let inner = openat(folder, file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard inner >= 0 else { return Self.note(name, errno, in: &swept) }
            sweep(inner, name: name, device: device, depth: depth + 1, into: &swept)
        default: return
        }
    }

    private func remove(_ file: String, in folder: Int32, name: String, status: stat, into swept: inout Swept) {
        let modified = Timestamp(
            seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        guard fnmatch(pattern, file, 0) == 0, modified <= modifiedBefore else { return }
        guard unlinkat(folder, file, 0) == 0 else {
            if errno != ENOENT { Self.note(name, errno, in: &swept) }
            return
        }
        swept.removed += 1
        if status.st_nlink == 1 { swept.bytes += Int64(status.st_blocks) * 512 }
    }

    private static func note(_ name: String, _ number: Int32, in swept: inout Swept) {
        swept.failures += 1
        if swept.firstFailure == nil {
            swept.firstFailure = "\(OutputText.clean(name.utf8)): \(ExhaustError.text(ofErrno: number))"
        }
    }
}
