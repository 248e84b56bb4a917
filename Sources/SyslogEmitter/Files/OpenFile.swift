import ExhaustCore
import Glibc

/// A regular file open for reading; it closes with its last reference.
final class OpenFile {
    /// What can be seen of a file from outside.
    struct State: Hashable {
        var identity: FileIdentity
        var size: UInt64
        /// The time of its last change, in nanoseconds since the epoch.
        var changed: Int64
        /// Whether it still has a name.
        var isNamed: Bool

        /// `nil` for what is no regular file.
        init?(_ status: stat) {
            guard status.st_mode & S_IFMT == S_IFREG else { return nil }
            identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
            size = UInt64(status.st_size)
            changed = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
            isNamed = status.st_nlink > 0
        }

        /// The state of the regular file at `path`; `nil` if there is none.
        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(status)
        }
    }

    private let descriptor: Int32
    let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens the file at `path`; `nil` if it is gone.
    static func open(_ path: String) throws(ExhaustError) -> OpenFile? {
        // What was a file a moment ago may be a pipe now, on which opening would wait.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        if descriptor >= 0 { return OpenFile(descriptor: descriptor, path: path) }
        let number = errno
        if number == ENOENT { return nil }
        throw ExhaustError(
            number == EACCES ? .notPermitted : .noInput, errno: number, "cannot open the file", at: path)
    }

    func state() throws(ExhaustError) -> State {
        var status = stat()
        guard fstat(descriptor, &status) == 0, let state = State(status) else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot look at the file", at: path)
        }
        return state
    }

    /// Reads from `offset` until `buffer` is full or the file ends; gives the number of bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(ExhaustError) -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            if errno == EINTR { continue }
            throw ExhaustError(.inputOutput, errno: errno, "cannot read the file", at: path)
        }
    }

    /// The first bytes of the file, `count` at most.
    func head(_ count: Int) throws(ExhaustError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        return Array(buffer[..<(try read(into: buffer, at: 0))])
    }

    /// Where the line begins that the first `size` bytes end in: `size` itself behind a line end.
    func lineStart(before size: UInt64) throws(ExhaustError) -> UInt64 {
        let start = size - min(size, 65_536)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
        defer { buffer.deallocate() }
        let window = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(size - start)])
        let count = try read(into: window, at: start)
        guard let end = window[..<count].lastIndex(of: 10) else { return start == 0 ? 0 : size }
        return start + UInt64(end) + 1
    }
}
