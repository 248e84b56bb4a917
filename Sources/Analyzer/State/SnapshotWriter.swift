import ExhaustCore
import ExhaustRuntime
import Logging
import Synchronization

/// Writes snapshots on a thread of its own, one at a time, while the engine's loop goes on with its own copy.
final class SnapshotWriter: Sendable {
    private struct State {
        var isBusy = false
        var next = ContinuousClock.now
        var hasWritten = false
        /// Whether the last attempt failed, which is said once.
        var hasFailed = false
    }

    private let folder: StateFolder
    private let configuration: StateConfiguration
    private let site: StateSite
    private let state: Mutex<State>
    private let done = Signal()

    /// A snapshot that takes long is taken less often: writing may take this share of the time.
    private static let share = 0.05

    init(_ folder: StateFolder, _ configuration: StateConfiguration, at site: StateSite) {
        self.folder = folder
        self.configuration = configuration
        self.site = site
        state = Mutex(State(next: .now + configuration.interval))
    }

    /// Whether it is time for the next.
    var isDue: Bool { state.withLock { !$0.isBusy && $0.next <= .now } }

    /// Whether another snapshot is on disk than was there.
    var hasWritten: Bool {
        get { state.withLock { $0.hasWritten } }
        set { state.withLock { $0.hasWritten = newValue } }
    }

    /// Waits a whole interval for the next.
    func postpone() { state.withLock { $0.next = .now + configuration.interval } }

    /// Returns when nothing is being written.
    func wait() async {
        while !Task.isCancelled {
            let seen = done.count
            guard state.withLock({ $0.isBusy }) else { return }
            await done.wait(past: seen)
        }
    }

    /// Begins to write what is known, once the mark in the journal is confirmed.
    func begin(_ known: EngineState<AnalyzerEngine>, mark: String, _ receipt: Receipt) {
        state.withLock { $0.isBusy = true }
        let time = site.now()
        Task {
            let start = ContinuousClock.now
            var failure: String?
            do {
                try await receipt.confirmed()
                let size = try await withThread(named: "snapshot") { [self] in try write(known, mark, time) }
                site.logger.debug("snapshot written", metadata: ["file.size": "\(size)"])
            } catch {
                failure = "\(error)"
            }
            finish(failure, took: .now - start)
        }
    }

    private func write(_ known: EngineState<AnalyzerEngine>, _ mark: String, _ time: Timestamp) throws -> Int {
        let filters = known.filters.reduce(into: [Int: DuplicateFilter]()) { filters, entry in
            if let partition = entry.key, known.handled[partition] != nil { filters[partition] = entry.value }
        }
        let snapshot = Snapshot(
            mark: mark, time: time, partitions: site.partitions, handled: known.handled, filters: filters,
            memory: known.engine.memory)
        let bytes = try SnapshotFile.encode(snapshot)
        guard bytes.count <= configuration.maxBytes else {
            throw ExhaustError(
                .cannotCreate, "the snapshot would have \(bytes.count) bytes", at: folder.path,
                advice: "raise state.max_bytes, or lower max_keys_per_rule")
        }
        try folder.save(bytes)
        return bytes.count
    }

    private func finish(_ failure: String?, took: Duration) {
        let isNews = state.withLock { state in
            state.isBusy = false
            state.next = .now + max(configuration.interval, took * (1 / Self.share))
            state.hasWritten = state.hasWritten || failure == nil
            defer { state.hasFailed = failure != nil }
            return state.hasFailed != (failure != nil)
        }
        if let failure, isNews {
            site.logger.error(
                "no snapshot; a restart will read more of the recorder", metadata: ["error.message": "\(failure)"])
        } else if isNews {
            site.logger.notice("snapshots are written again")
        }
        site.counters.add(failure == nil ? "state.snapshots" : "state.snapshot_errors")
        done.notify()
    }
}
