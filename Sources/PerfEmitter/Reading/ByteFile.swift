import ExhaustCore
import Glibc

/// A small file that is read again and again: it stays open, and its content always goes into the same buffer.
final class ByteFile {
    /// No file of /proc that is read here is larger.
    private static let limit = 8 << 20

    let path: String
    /// Why the last read failed, as errno has it.
    private(set) var lastError: Int32 = 0
    private var descriptor: Int32 = -1
    private var buffer = [UInt8](repeating: 0, count: 4096)

    /// The file at `path`; it is opened when it is first read.
    init(_ path: String) { self.path = path }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Reads the whole file. The scanner must be gone before the next read, or the buffer has to be copied.
    func read() throws -> ByteScanner {
        do {
            let count = try readAll()
            return ByteScanner(buffer, count: count)
        } catch {
            // A file that failed once may be another one, or well again, at the next attempt.
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
            throw error
        }
    }

    private func readAll() throws -> Int {
        // Not to wait, should a recorded tree have a FIFO here.
        if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else {
            lastError = errno
            throw ExhaustError(.noInput, errno: lastError, "cannot open", at: path)
        }
        var count = 0
        while true {
            if count == buffer.count {
                guard count < Self.limit else {
                    throw ExhaustError(.invalidData, "the file is larger than \(Self.limit) bytes", at: path)
                }
                buffer += [UInt8](repeating: 0, count: count)
            }
            let read = buffer.withUnsafeMutableBytes { bytes in
                pread(descriptor, bytes.baseAddress.map { $0 + count }, bytes.count - count, off_t(count))
            }
            if read == 0 { return count }
            if read > 0 {
                count += read
            } else if errno != EINTR {
                lastError = errno
                throw ExhaustError(.inputOutput, errno: lastError, "cannot read", at: path)
            }
        }
    }
}
