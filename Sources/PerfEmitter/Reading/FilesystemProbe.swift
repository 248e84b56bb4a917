import ExhaustCore
import Synchronization

/// Measures filesystems on a thread of its own, since statvfs(3) on one whose server is gone never returns.
///
/// A filesystem that has not answered within the limit keeps its thread and is not asked again until it answers; others
/// get a new thread.
final class FilesystemProbe {
    typealias Measure = @Sendable ([UInt8]) throws -> FilesystemUsage

    /// So many filesystems may hang at once, each with a thread.
    private static let hungLimit = 16
    private let limit: Duration
    private let measure: Measure
    private var worker: FilesystemWorker?
    private var hung: [[UInt8]: FilesystemWorker] = [:]

    /// A probe that waits `limit` for an answer.
    init(limit: Duration = .seconds(2), measure: @escaping Measure = { try FilesystemUsage(path: $0) }) {
        self.limit = limit
        self.measure = measure
    }

    deinit {
        worker?.stop()
        for worker in hung.values { worker.stop() }
    }

    /// Asks for the room of the filesystem that holds `path`.
    func usage(_ path: [UInt8]) throws -> FilesystemUsage {
        if let waiting = hung[path] {
            guard waiting.answer(within: .zero) != nil else { throw Self.noAnswer }
            hung[path] = nil
            waiting.stop()
        }
        guard hung.count < Self.hungLimit else {
            throw ExhaustError(.unavailable, "not asked: too many filesystems do not answer")
        }
        let worker = try self.worker ?? FilesystemWorker(measure)
        self.worker = worker
        worker.ask(path)
        guard let answer = worker.answer(within: limit) else {
            hung[path] = worker
            self.worker = nil
            throw Self.noAnswer
        }
        return try answer.get()
    }

    private static var noAnswer: ExhaustError { ExhaustError(.unavailable, "it does not answer") }
}

/// One thread that measures what it is asked for, one filesystem at a time.
private final class FilesystemWorker: Sendable {
    private struct State {
        var question: [UInt8]?
        var answer: Result<FilesystemUsage, any Error>?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let asked: Wakeup
    private let answered: Wakeup

    init(_ measure: @escaping FilesystemProbe.Measure) throws {
        asked = try Wakeup()
        answered = try Wakeup()
        try OSThread.start(named: "exhaust-statvfs") { [self] in
            while let path = next() {
                let answer = Result { try measure(path) }
                state.withLock { $0.answer = answer }
                answered.signal()
            }
        }
    }

    func ask(_ path: [UInt8]) {
        state.withLock { ($0.question, $0.answer) = (path, nil) }
        asked.signal()
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        asked.signal()
    }

    /// The answer, if it comes in time.
    func answer(within limit: Duration) -> Result<FilesystemUsage, any Error>? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let answer = state.withLock({ $0.answer }) { return answer }
            let rest = deadline - .now
            guard rest > .zero else { return nil }
            answered.wait(timeout: rest)
        }
    }

    private func next() -> [UInt8]? {
        while true {
            let (path, isStopped) = state.withLock { state in
                defer { state.question = nil }
                return (state.question, state.isStopped)
            }
            if isStopped { return nil }
            if let path { return path }
            asked.wait(timeout: .seconds(60))
        }
    }
}
