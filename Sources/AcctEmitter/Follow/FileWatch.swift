import ExhaustCore
import Glibc

/// Wakes a reader when a file grows (inotify(7)). The kernel's own accounting writes count like any other.
final class FileWatch {
    private let descriptor: Int32
    private var watch: Int32 = -1

    /// A watch on nothing yet. Where inotify is not to be had, waiting just takes its time.
    init() { descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whether a file is watched, so that waiting ends by itself when it grows.
    var isWatching: Bool { watch >= 0 }

    /// Watches the file at `path` in place of the last one.
    func follow(_ path: String) {
        guard descriptor >= 0 else { return }
        if watch >= 0 { inotify_rm_watch(descriptor, watch) }
        watch = inotify_add_watch(descriptor, path, UInt32(IN_MODIFY))
    }

    /// Returns when the file has grown since the last call, when `other` can be read, or after `timeout`.
    func wait(_ timeout: Duration, other: Int32 = -1) {
        let milliseconds = Int32(clamping: max(timeout.inMilliseconds, 1))
        // poll(2) passes over descriptors below 0.
        var requests = [descriptor, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&requests, nfds_t(requests.count), milliseconds) > 0, requests[0].revents != 0 else { return }
        // What the events say is known; they only have to be taken away.
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}
