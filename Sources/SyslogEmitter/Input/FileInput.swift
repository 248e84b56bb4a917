package import ExhaustCore
import ExhaustRuntime
import Glibc

/// Reads messages from a file or a pipe, framed as on TCP, to its end: pipe mode.
///
/// Time is what the messages say. One that says nothing has the time of the one before it, or of the file.
package struct FileInput {
    private let path: String
    private let maker: RecordMaker
    private let messageBytes: Int
    private let clock: @Sendable () -> Timestamp

    /// An input from the file at `path`; `-` is standard input.
    package init(
        path: String, maker: RecordMaker, messageBytes: Int, clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.path = path
        self.maker = maker
        self.messageBytes = messageBytes
        self.clock = clock
    }

    /// Reads to the end, or until the task is cancelled. Blocks the thread while a pipe is empty, 200 ms at a time.
    package func run(into sink: any RecordSink) async throws {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ExhaustError(
                errno == EACCES ? .notPermitted : .noInput, errno: errno, "cannot open the input", at: path)
        }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var replay = Replay(maker: maker, written: Self.lastWritten(descriptor) ?? clock())
        var decoder = FrameDecoder(limit: messageBytes)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !Task.isCancelled {
            guard let count = try read(descriptor, &chunk) else { continue }
            let frames = chunk.withUnsafeBytes { decoder.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            for frame in frames { try await sink.accept(replay.record(of: frame)) }
            if count == 0 { break }
        }
        if let frame = decoder.finish() { try await sink.accept(replay.record(of: frame)) }
    }

    /// When a file was written; `nil` for a pipe.
    private static func lastWritten(_ descriptor: Int32) -> Timestamp? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Timestamp(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
    }

    /// Reads once; 0 at the end, `nil` if there is nothing yet.
    private func read(_ descriptor: Int32, _ chunk: inout [UInt8]) throws(ExhaustError) -> Int? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 200) > 0 else { return nil }
        let count = Glibc.read(descriptor, &chunk, chunk.count)
        if count >= 0 { return count }
        if errno == EINTR || errno == EAGAIN { return nil }
        throw ExhaustError(.inputOutput, errno: errno, "cannot read the input", at: path)
    }
}

/// The times of an input that was written before it is read.
private struct Replay {
    let maker: RecordMaker
    /// The time of the latest message.
    private var latest: Timestamp
    private let reference: Timestamp

    /// An input whose last message was written at `written`.
    init(maker: RecordMaker, written: Timestamp) {
        self.maker = maker
        latest = written
        // The other messages were written before the last one, so stamps without a year lie in the twelve months that
        // end one month after it; their middle is five months before it.
        reference = written - .seconds(152 * 86_400)
    }

    mutating func record(of frame: Frame) -> TelemetryRecord {
        let record = maker.record(of: frame, from: Origin(), near: reference, otherwise: latest)
        latest = record.time
        return record
    }
}
