import ExhaustCore
import Glibc

/// Wakes a reader when files grow, or folders change (inotify(7)). The kernel's own accounting writes count like any
/// other.
package final class FileWatch {
    private let descriptor: Int32
    private var watches: Set<Int32> = []
    private static let folderChanges = UInt32(IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE)

    /// A watch on nothing yet. Where inotify is not to be had, waiting just takes its time.
    package init() { descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whether something is watched, so that waiting ends by itself when it changes.
    package var isWatching: Bool { !watches.isEmpty }

    /// Watches what `paths` lead to now, in place of what was watched before: files, or folders with the files in them.
    /// Gives whether all of it can be watched.
    @discardableResult
    package func follow(_ paths: [String]) -> Bool {
        guard descriptor >= 0 else { return paths.isEmpty }
        let now = paths.map { inotify_add_watch(descriptor, $0, UInt32(IN_MODIFY) | Self.folderChanges) }
        for watch in watches.subtracting(now) { inotify_rm_watch(descriptor, watch) }
        watches = Set(now.filter { $0 >= 0 })
        return now.allSatisfy { $0 >= 0 }
    }

    /// Returns when something has changed since the last call, when `other` can be read, or after `timeout`. Gives
    /// whether files in a watched folder have come, gone or been renamed.
    @discardableResult
    package func wait(_ timeout: Duration, other: Int32 = -1) -> Bool {
        let milliseconds = Int32(clamping: max(timeout.inMilliseconds, 1))
        // poll(2) passes over descriptors below 0.
        var requests = [isWatching ? descriptor : -1, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&requests, nfds_t(requests.count), milliseconds) > 0, requests[0].revents != 0 else { return false }
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            var changes: UInt32 = 0
            while case let count = read(descriptor, buffer.baseAddress, buffer.count), count > 0 {
                var start = 0
                while start + MemoryLayout<inotify_event>.size <= count {
                    let event = buffer.loadUnaligned(fromByteOffset: start, as: inotify_event.self)
                    changes |= event.mask
                    start += MemoryLayout<inotify_event>.size + Int(event.len)
                }
            }
            // What overflowed may have been anything.
            return changes & (Self.folderChanges | UInt32(IN_Q_OVERFLOW)) != 0
        }
    }
}
