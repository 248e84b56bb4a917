import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Synchronization

@testable import NetEmitter

/// A live capture in a test, and what came of it.
final class CaptureRun: Sendable {
    /// A frame, kept.
    struct Frame: Sendable {
        let thread: Int
        let bytes: [UInt8]
        let length: Int
        let time: Timestamp
    }

    private struct Keeper: FrameConsumer {
        let run: CaptureRun
        let thread: Int

        mutating func take(_ frames: FrameBatch) {
            let kept = frames.map {
                Frame(thread: thread, bytes: Array($0.bytes.bytes), length: $0.frameLength, time: $0.time)
            }
            run.content.withLock { $0.frames += kept }
            run.delay.map { _ = usleep(UInt32($0 * 1000)) }
        }

        mutating func rest(at now: Timestamp) { run.content.withLock { $0.rests += 1 } }

        mutating func finish(at now: Timestamp) { run.content.withLock { $0.finished += 1 } }
    }

    private struct Content {
        var frames: [Frame] = []
        var records: [TelemetryRecord] = []
        var rests = 0
        var finished = 0
    }

    private let content = Mutex(Content())
    private let delay: Int?
    let log = LogRecorder()
    let counters = Counters()

    /// What is captured waits `delay` milliseconds for each block.
    init(delay: Int? = nil) { self.delay = delay }

    var frames: [Frame] { content.withLock { $0.frames } }
    var records: [TelemetryRecord] { content.withLock { $0.records } }
    var rests: Int { content.withLock { $0.rests } }
    var finished: Int { content.withLock { $0.finished } }

    func offer(_ record: TelemetryRecord) -> Bool {
        content.withLock { $0.records.append(record) }
        return true
    }

    /// Captures in the near namespace while `body` runs.
    func capture(
        _ network: TestNetwork, _ settings: CaptureSettings, _ body: (LiveCapture) async throws -> Void
    ) async throws {
        let capture = try await network.inNear {
            try LiveCapture(
                settings, among: LinkFollower.interfaces(), counters: self.counters, logger: self.log.logger,
                offer: { self.offer($0) })
        }
        let running = Task { try await capture.run { Keeper(run: self, thread: $0) } }
        do { try await body(capture) } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    /// Waits until `count` frames were captured, three seconds at most.
    func wait(for count: Int) async throws {
        for _ in 0..<300 where frames.count < count { try await Task.sleep(for: .milliseconds(10)) }
    }
}
