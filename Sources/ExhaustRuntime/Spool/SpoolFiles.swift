import ExhaustCore
import Glibc

/// A spool operation that failed. It says whether for lack of room, which deleting can mend.
struct SpoolFailure: Error, Sendable {
    let isFull: Bool
    let error: ExhaustError

    /// A failure from `errno`.
    init(errno number: Int32, _ message: String, at path: String) {
        isFull = number == ENOSPC || number == EDQUOT
        error = ExhaustError(.inputOutput, errno: number, message, at: path)
    }

    /// The spool has as many bytes as it may.
    init(limit: Int, at path: String) {
        isFull = true
        error = ExhaustError(.inputOutput, "the spool has the \(limit) bytes that it may have", at: path)
    }
}

/// The file system calls of the spool.
enum SpoolFiles {
    /// Makes the folder `path` with those above it; only its user may look into it.
    static func makeFolder(_ path: String) throws(SpoolFailure) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            guard mkdir(made, made == path ? 0o700 : 0o755) == 0 || errno == EEXIST || errno == EISDIR else {
                throw SpoolFailure(errno: errno, "cannot make the folder", at: made)
            }
        }
    }

    /// Takes the folder for this process; the lock ends with the descriptor. `nil` if another process has it.
    static func lock(_ path: String) throws(SpoolFailure) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SpoolFailure(errno: errno, "cannot open the lock", at: path) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        let number = errno
        close(descriptor)
        guard number == EWOULDBLOCK else { throw SpoolFailure(errno: number, "cannot lock the spool", at: path) }
        return nil
    }

    /// The names in a folder.
    static func names(in path: String) throws(SpoolFailure) -> [String] {
        guard let folder = opendir(path) else { throw SpoolFailure(errno: errno, "cannot read the folder", at: path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            names.append(name)
        }
        return names
    }

    /// The size of a file; 0 if there is none.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// A whole file.
    static func read(_ path: String) throws(SpoolFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SpoolFailure(errno: errno, "cannot open", at: path) }
        defer { close(descriptor) }
        return try read(descriptor, at: 0, count: size(of: path), path: path)
    }

    /// Up to `count` bytes from `offset` on.
    static func read(
        _ descriptor: Int32, at offset: Int, count: Int, path: String
    ) throws(SpoolFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw SpoolFailure(errno: errno, "cannot read", at: path) }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Writes all of `bytes` at `offset`.
    static func write(
        _ descriptor: Int32, _ bytes: [UInt8], at offset: Int, path: String
    ) throws(SpoolFailure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SpoolFailure(errno: count == 0 ? ENOSPC : errno, "cannot write", at: path) }
            done += count
        }
    }

    /// Waits until what was written is on the disk.
    static func sync(_ descriptor: Int32, path: String) throws(SpoolFailure) {
        guard fdatasync(descriptor) == 0 else { throw SpoolFailure(errno: errno, "cannot sync", at: path) }
    }

    /// How many bytes a file in `folder` can still have.
    static func room(in folder: String) -> Int {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return .max }
        return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }
}
