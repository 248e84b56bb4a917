import ExhaustCore
import Glibc

/// The ledger's file: appended to, on disk before `append` returns, read whole at the start. Every call blocks.
struct LedgerFile: ~Copyable {
    private let path: String
    private var descriptor: Int32
    /// Bytes in the file.
    private(set) var size = 0

    private static let sizeLimit = 256 << 20

    /// Opens the file at `path`, or makes it with mode 0600, and takes it for this process alone.
    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw ExhaustError(
                .cannotCreate, errno: errno, "cannot open the ledger", at: path,
                advice: "its folder must exist and be writable for the agent; see ledger_file")
        }
        try Self.lock(descriptor, path: path)
    }

    deinit { close(descriptor) }

    /// Reads everything. A damaged end is cut off: a crash left it half written, and nothing was done on its account.
    /// Damage before whole lines is another matter, since the agent would forget what it ran, and is an error.
    mutating func load() throws -> (state: LedgerState, cutBytes: Int) {
        let bytes = try Self.read(descriptor, path: path)
        let (state, end) = try Self.replay(bytes, path: path)
        if end < bytes.count {
            guard ftruncate(descriptor, off_t(end)) == 0, fsync(descriptor) == 0 else {
                throw ExhaustError(.inputOutput, errno: errno, "cannot cut the ledger's damaged end", at: path)
            }
        }
        try Self.syncFolder(of: path)
        size = end
        return (state, bytes.count - end)
    }

    /// Writes `record` and returns when it is on disk. On an error the file is as before.
    mutating func append(_ record: LedgerRecord) throws {
        let line = try LedgerLine.encode(record)
        do {
            try Self.write(line, to: descriptor, path: path)
            guard fdatasync(descriptor) == 0 else {
                throw ExhaustError(.inputOutput, errno: errno, "cannot bring the ledger to disk", at: path)
            }
        } catch {
            // Half a line, once others follow it, would be damage at the next start.
            ftruncate(descriptor, off_t(size))
            throw error
        }
        size += line.count
    }

    /// Replaces the content by `records`, all or nothing.
    mutating func rewrite(_ records: [LedgerRecord]) throws {
        let bytes = try records.flatMap { try LedgerLine.encode($0) }
        let name = path + ".new"
        let new = open(name, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard new >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot make the new ledger", at: name) }
        do {
            try Self.lock(new, path: name)
            try Self.write(bytes, to: new, path: name)
            guard fsync(new) == 0, rename(name, path) == 0 else {
                throw ExhaustError(.inputOutput, errno: errno, "cannot replace the ledger", at: path)
            }
        } catch {
            close(new)
            unlink(name)
            throw error
        }
        close(descriptor)
        descriptor = new
        size = bytes.count
        try Self.syncFolder(of: path)
    }
}

extension LedgerFile {
    /// The state that the lines of `bytes` add up to, and where the last whole line ends.
    static func replay(_ bytes: [UInt8], path: String) throws -> (LedgerState, end: Int) {
        var state = LedgerState()
        var end = 0
        var number = 0
        while let feed = bytes[end...].firstIndex(of: 10) {
            number += 1
            guard let record = LedgerLine.decode(bytes[end..<feed]) else {
                let later = bytes[feed...].split(separator: 10)
                guard !later.contains(where: { LedgerLine.decode($0) != nil }) else {
                    throw ExhaustError(.invalidData, "the ledger is damaged", at: "\(path):\(number)", advice: advice)
                }
                break
            }
            do {
                try state.apply(record)
            } catch {
                throw ExhaustError(.invalidData, "\(error)", at: "\(path):\(number)", advice: advice)
            }
            end = feed + 1
        }
        return (state, end)
    }

    private static let advice =
        "let 15 minutes pass without the agent, so that every task it could forget expires; then move the file away"

    /// Takes the file for this process, after a second at most: an agent that is just ending lets go soon, and so does
    /// a command on its way from fork(2) to exec(2), which has a copy of the descriptor for that long.
    private static func lock(_ descriptor: Int32, path: String) throws {
        for _ in 0..<50 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            usleep(20_000)
        }
        throw ExhaustError(.unavailable, "another agent has the ledger", at: path)
    }

    private static func read(_ descriptor: Int32, path: String) throws -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= sizeLimit else {
            throw ExhaustError(.invalidData, "the ledger is no regular file of at most 256 MiB", at: path)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let space = bytes.count - filled
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: filled), space, off_t(filled))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw ExhaustError(.inputOutput, errno: errno, "cannot read the ledger", at: path) }
            filled += count
        }
        return bytes
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw ExhaustError(.inputOutput, errno: errno, "cannot write the ledger", at: path) }
            written += count
        }
    }

    /// Makes the file's name durable, as its content is.
    private static func syncFolder(of path: String) throws {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot open the folder", at: folder)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot bring the folder to disk", at: folder)
        }
    }
}
