import CLinux
import ExhaustCore
import Glibc

/// A place in memory that a program writes its output to (memfd_create(2)), in place of a pipe.
///
/// A daemon that an init script starts keeps the script's output open for as long as it lives. With a pipe, either the
/// reader waits for the daemon's end, or it closes the pipe and the daemon dies of SIGPIPE at its next word. Here the
/// reader looks once the script has ended and leaves the rest to itself: the size is fixed and sealed, so that what a
/// daemon writes later costs at most this megabyte, and past its end gives EPERM.
struct CapturedOutput: ~Copyable {
    private static let capacity = 1 << 20
    /// How many bytes of the end are kept.
    private static let kept = 16 * 1024

    /// For the program's standard output and error, which share its position.
    let descriptor: Int32

    init() throws {
        descriptor = exhaust_sealed_memory("exhaust-output", Self.capacity)
        guard descriptor >= 0 else { throw ExhaustError(.unavailable, errno: errno, "cannot make room for output") }
    }

    deinit { close(descriptor) }

    /// The end of what was written so far, made fit for people.
    func text() -> String {
        // The program's descriptors are copies of this one, so its position is the number of bytes written.
        let written = min(max(Int(lseek(descriptor, 0, SEEK_CUR)), 0), Self.capacity)
        let count = min(written, Self.kept)
        var bytes = [UInt8](repeating: 0, count: count)
        let read = pread(descriptor, &bytes, count, off_t(written - count))
        return OutputText.clean(bytes.prefix(max(read, 0)))
    }
}
