import ExhaustCore
import ExhaustRuntime
import Glibc

/// An accounting file open for reading; it closes with its last reference.
final class PacctFile {
    /// Which file it is, whatever its name becomes.
    struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    let path: String
    let identity: Identity
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw ExhaustError(.inputOutput, errno: number, "cannot look at the accounting file", at: path)
        }
        self.path = path
        self.descriptor = descriptor
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    deinit { close(descriptor) }

    /// Opens the file at `path`; `nil` if there is none.
    static func open(_ path: String) throws -> PacctFile? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor >= 0 { return try PacctFile(path: path, descriptor: descriptor) }
        let number = errno
        if number == ENOENT { return nil }
        throw ExhaustError(.noInput, errno: number, "cannot open the accounting file", at: path)
    }

    /// Opens the file at `path` and makes it, readable for its owner alone, if there is none. Missing folders are
    /// made too.
    static func openOrCreate(_ path: String) throws -> PacctFile {
        try DurableFile.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        let descriptor = Glibc.open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            let code: ExhaustError.Code = errno == EACCES || errno == EPERM ? .notPermitted : .cannotCreate
            throw ExhaustError(code, errno: errno, "cannot create the accounting file", at: path)
        }
        return try PacctFile(path: path, descriptor: descriptor)
    }

    /// Reads up to `buffer.count` bytes from `offset` and gives their number, 0 at the end.
    func read(into buffer: inout [UInt8], at offset: UInt64) throws -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
            if count >= 0 { return count }
            if errno == EINTR { continue }
            throw ExhaustError(.inputOutput, errno: errno, "cannot read the accounting file", at: path)
        }
    }

    /// The length in bytes, and whether the file still has a name.
    func state() throws -> (size: UInt64, isNamed: Bool) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot look at the accounting file", at: path)
        }
        return (UInt64(status.st_size), status.st_nlink > 0)
    }

    /// The first bytes of the file, up to one record: they tell it from a later file with the same inode.
    func head() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: AcctRecord.size)
        let count = try read(into: &buffer, at: 0)
        return Array(buffer.prefix(count))
    }
}
