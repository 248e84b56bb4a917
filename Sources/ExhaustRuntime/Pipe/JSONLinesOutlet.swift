package import ExhaustCore
import Glibc

/// Events as JSON lines to a file or standard output, written before `enqueue` returns.
package actor JSONLinesOutlet: EventOutlet {
    private let descriptor: Int32
    private let name: String

    /// Opens `path`, emptying what was there; `-` is standard output.
    package init(path: String) throws(ExhaustError) {
        name = path == "-" ? "standard output" : path
        descriptor = path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot open the output", at: path)
        }
    }

    deinit { if descriptor != STDOUT_FILENO { Glibc.close(descriptor) } }

    package func enqueue(_ events: [Event]) throws -> Receipt {
        var buffer: [UInt8] = []
        for event in events {
            EventJSON.append(event, to: &buffer)
            buffer.append(10)
        }
        try write(buffer)
        return .done
    }

    package func enqueue(_ batch: EventBatch) throws -> Receipt {
        try write(batch.lines)
        return .done
    }

    package func close() {}

    private func write(_ bytes: [UInt8]) throws(ExhaustError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, 200)
            } else if errno != EINTR {
                throw ExhaustError(.inputOutput, errno: errno, "cannot write events", at: name)
            }
        }
    }
}
