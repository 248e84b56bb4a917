package import ExhaustCore
import Glibc

/// Small files that a role keeps across restarts, such as how far it has read.
package enum DurableFile {
    /// The content of the file at `path`; `nil` if there is none.
    package static func load(_ path: String, limit: Int = 64 << 20) throws(ExhaustError) -> [UInt8]? {
        if access(path, F_OK) != 0, errno == ENOENT { return nil }
        return try FileContent.read(path, limit: limit)
    }

    /// Gives the file at `path` new content in one step: after a crash, or a loss of power, it holds this or what was
    /// there before. Uses `<path>.new` beside it. With `syncFolder` a loss of power cannot bring back what was there.
    package static func replace(
        _ path: String, with bytes: [UInt8], syncFolder: Bool = false
    ) throws(ExhaustError) {
        let new = path + ".new"
        try write(bytes, to: new)
        guard rename(new, path) == 0 else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot replace the file", at: path)
        }
        if syncFolder { try sync(folder: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".") }
    }

    private static func sync(folder: String) throws(ExhaustError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot open the folder", at: folder)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot sync the folder", at: folder)
        }
    }

    /// Makes the folder `path` and those above it, for their owner alone, where they are missing.
    package static func makeFolder(_ path: String) throws(ExhaustError) {
        var folder = ""
        for part in path.split(separator: "/") {
            folder += folder.isEmpty && !path.hasPrefix("/") ? String(part) : "/\(part)"
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                let code: ExhaustError.Code = errno == EACCES || errno == EPERM ? .notPermitted : .cannotCreate
                throw ExhaustError(code, errno: errno, "cannot create the folder", at: folder)
            }
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(ExhaustError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot write the file", at: path)
        }
        defer { close(descriptor) }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor) == 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot write the file", at: path)
        }
    }
}
