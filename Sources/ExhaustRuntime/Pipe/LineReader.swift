package import ExhaustCore
import Glibc
import Synchronization

/// Reads a file or standard input line by line. It blocks, so it belongs on a thread of its own.
package final class LineReader: Sendable {
    /// A line with its number, from 1; `nil` bytes for one that is too long to keep.
    package typealias Line = (number: Int, bytes: [UInt8]?)

    private struct State {
        var buffer: [UInt8] = []
        /// Where the next line begins, and how far the search for its end has come.
        var start = 0
        var scanned = 0
        var number = 0
        /// The line that is being read is too long: what was read of it is gone.
        var isTooLong = false
        var isAtEnd = false
    }

    private let descriptor: Int32
    private let state = Mutex(State())
    /// The input's name for messages.
    package let name: String
    private static let lineLimit = 4 << 20

    /// Opens `path`; `-` is standard input.
    package init(path: String) throws(ExhaustError) {
        name = path == "-" ? "standard input" : path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ExhaustError(.noInput, errno: errno, "cannot open the input", at: path) }
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    /// The next line without its line end; `nil` at the end of the input. Blocks, but no longer than `isCancelled`
    /// stays false by more than 200 ms.
    package func nextLine(isCancelled: () -> Bool) throws(ExhaustError) -> Line? {
        while true {
            if let line = takeLine() { return line }
            if state.withLock({ $0.isAtEnd }) || isCancelled() { return nil }
            try fill()
        }
    }

    private func takeLine() -> Line? {
        state.withLock { state in
            let newline = state.buffer[state.scanned...].firstIndex(of: 10)
            let hasRest = state.isAtEnd && (state.start < state.buffer.count || state.isTooLong)
            guard let end = newline ?? (hasRest ? state.buffer.count : nil) else {
                if state.buffer.count - state.start > Self.lineLimit {
                    state.isTooLong = true
                    state.start = state.buffer.count
                }
                state.scanned = state.buffer.count
                return nil
            }
            let bytes = state.isTooLong ? nil : Array(state.buffer[state.start..<end])
            state.start = newline == nil ? end : end + 1
            state.scanned = state.start
            state.number += 1
            state.isTooLong = false
            return (state.number, bytes)
        }
    }

    private func fill() throws(ExhaustError) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 200) > 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 {
            if errno == EINTR || errno == EAGAIN { return }
            throw ExhaustError(.inputOutput, errno: errno, "cannot read the input", at: name)
        }
        state.withLock { state in
            if count == 0 { state.isAtEnd = true }
            state.buffer.removeFirst(state.start)
            state.scanned -= state.start
            state.start = 0
            state.buffer.append(contentsOf: chunk[..<count])
        }
    }
}
