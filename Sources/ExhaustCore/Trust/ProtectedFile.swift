import Glibc

/// Reads files whose owner and mode decide what this program may trust or must hide.
public enum ProtectedFile {
    /// What the file is for, and thereby who may touch it.
    public enum Purpose: Sendable {
        /// Nobody but its owner may read or write it.
        case secret
        /// Nobody but its owner may write it.
        case trusted
    }

    /// The bytes of the regular file `path`, which must belong to root or this process's user, be closed to others as
    /// `purpose` says, and hold at most `limit` bytes. The checks are made on the open file, so that it cannot be
    /// exchanged between the look and the reading.
    public static func read(_ path: String, as purpose: Purpose, limit: Int) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw ExhaustError(.noInput, errno: errno, "cannot open the file", at: path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            throw ExhaustError(.noInput, errno: errno, "cannot look at the file", at: path)
        }
        try check(status, as: purpose, path: path)
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let space = bytes.count - filled
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress?.advanced(by: filled), space) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ExhaustError(.noInput, errno: errno, "cannot read the file", at: path) }
            if count == 0 { break }
            filled += count
        }
        guard filled <= limit else {
            throw ExhaustError(.invalidData, "the file is larger than \(limit) bytes", at: path)
        }
        return Array(bytes.prefix(filled))
    }

    private static func check(_ status: stat, as purpose: Purpose, path: String) throws {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ExhaustError(.notPermitted, "not a regular file", at: path)
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw ExhaustError(
                .notPermitted, "the file belongs to user \(status.st_uid)", at: path, advice: "chown root \(path)")
        }
        switch purpose {
        case .secret where status.st_mode & 0o077 != 0:
            throw ExhaustError(
                .notPermitted, "the file is open to its group or to others", at: path, advice: "chmod 600 \(path)")
        case .trusted where status.st_mode & 0o022 != 0:
            throw ExhaustError(
                .notPermitted, "the file can be written by its group or by others", at: path,
                advice: "chmod go-w \(path)")
        default: return
        }
    }

    /// Makes the file `path`, which must not exist, with `bytes`, on disk before it returns.
    public static func create(_ path: String, mode: UInt32, bytes: [UInt8]) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot create the file", at: path) }
        defer { close(file) }
        // The mode that was asked for, whatever the umask says.
        guard fchmod(file, mode) == 0, Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            let number = errno
            unlink(path)
            throw ExhaustError(.inputOutput, errno: number, "cannot write the file", at: path)
        }
    }

    /// `error`, said of `path`.
    static func error(about path: String, _ error: any Error) -> any Error {
        guard let error = error as? ExhaustError, error.location == nil else { return error }
        return ExhaustError(error.code, error.message, at: path, advice: error.advice, causes: error.causes)
    }
}
