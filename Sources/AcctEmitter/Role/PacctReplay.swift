import ExhaustCore
import ExhaustRuntime
import Glibc
import Logging

/// Publishes the records of a finished pacct file: pipe mode. Time is the records' own, so that every run over the
/// same file gives the same events.
struct PacctReplay {
    let path: String
    let logger: Logger

    /// Publishes every record of the file. What is none is logged with its offset and counted in `rejections`.
    func run(into sink: some AcctSink, _ rejections: Rejections) async throws {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ExhaustError(.noInput, errno: errno, "cannot open the accounting file", at: path)
        }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var (splitter, clock, telemetry) = (PacctSplitter(), ExitClock(), RecordTelemetry())
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while !Task.isCancelled, let chunk = try read(descriptor, into: &buffer) {
            splitter.append(chunk)
            while let item = splitter.next() {
                switch item {
                case .record(let record, _):
                    // One moment for all lookups: a name is looked up once, and never again within a run.
                    let data = telemetry.data(of: record, now: Timestamp(seconds: 0))
                    try await sink.accept(data, time: clock.end(of: record), recordedTime: nil)
                case .skipped(let skipped):
                    report(skipped, rejections)
                }
            }
        }
        if let rest = splitter.finish() { report(rest, rejections) }
    }

    private func read(_ descriptor: Int32, into buffer: inout [UInt8]) throws -> ArraySlice<UInt8>? {
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { return buffer[..<count] }
            if count == 0 { return nil }
            if errno == EINTR { continue }
            throw ExhaustError(.inputOutput, errno: errno, "cannot read the accounting file", at: path)
        }
    }

    private func report(_ skipped: PacctSplitter.Skipped, _ rejections: Rejections) {
        rejections.add()
        logger.error(
            "part of the file is no record",
            metadata: [
                "file.path": "\(path)", "file.offset": "\(skipped.offset)", "file.bytes": "\(skipped.count)",
                "error.message": "\(skipped.reason)",
            ])
    }
}
