import ExhaustCore
import ExhaustRuntime
import Logging

/// Keeps what the analyzer knows in a snapshot on disk, and rebuilds it from that, the journal and the recorder.
/// docs/decisions/0010 says why nothing is forgotten by this and nothing told twice.
struct AnalyzerKeeper: StateKeeper {
    private let folder: StateFolder
    private let configuration: StateConfiguration
    private let sources: any StateSources
    private let site: StateSite
    private let writer: SnapshotWriter
    /// The snapshot on disk, once it was read.
    private var loaded: Snapshot?
    private var isLoaded = false

    /// How far the clocks of this machine and of the broker may be apart.
    private static let tolerance = Duration.seconds(30)
    /// An older snapshot is stale: the recorder does not reach back to it.
    private static let oldest = Duration.seconds(86_400)
    /// So many replays that did not end are enough.
    private static let mostAttempts = 2

    /// A keeper in `folder`.
    init(
        _ folder: StateFolder, _ configuration: StateConfiguration, _ sources: any StateSources, at site: StateSite
    ) {
        self.folder = folder
        self.configuration = configuration
        self.sources = sources
        self.site = site
        writer = SnapshotWriter(folder, configuration, at: site)
    }

    mutating func rebuild(
        _ partitions: Set<Int>, in state: inout EngineState<AnalyzerEngine>
    ) async throws -> (untold: [Event], offset: UInt64) {
        await writer.wait()
        let snapshot = snapshot()
        var account = JournalAccount(partitions, of: site.partitions, snapshot, state.engine, at: site.now())
        let start = account.cold.isEmpty ? snapshot.map { $0.time - Self.tolerance } : nil
        let offset = try await sources.readJournal(from: start) { account.add($0) }
        guard account.isWhole else {
            setAside("the journal does not hold its mark: it is of another broker, or too old")
            return try await rebuild(partitions, in: &state)
        }
        let isAllowed = mayReplay()
        var untold: [Event] = []
        for group in account.groups(snapshot, warmUp: configuration.warmUp, tolerance: Self.tolerance) {
            var (replay, orphans) = account.replay(group, snapshot, from: state.engine)
            if isAllowed { try await read(&replay, group) }
            untold += replay.finish()
            untold += account.clear(orphans, like: state.engine, own: site.host)
            var engine = replay.engine
            engine.restored(group.partitions, of: site.partitions, now: site.now())
            let count = site.partitions
            _ = state.engine.recall(engine.memory) { group.partitions.contains($0.partition(of: count)) }
            for partition in group.partitions {
                state.filters[partition] = replay.filters[partition]
                state.handled[partition] = group.handled[partition]
            }
        }
        folder.endReplay()
        writer.postpone()
        return (untold, offset)
    }

    func settled(_ state: EngineState<AnalyzerEngine>) async throws {
        guard !state.handled.isEmpty, writer.isDue else { return }
        let (mark, receipt) = try await sources.mark(Mark.data(state.handled))
        writer.begin(state, mark: mark, receipt)
    }

    func close(_ state: EngineState<AnalyzerEngine>) async {
        await writer.wait()
        guard !state.handled.isEmpty else { return }
        do {
            let (mark, receipt) = try await sources.mark(Mark.data(state.handled))
            writer.begin(state, mark: mark, receipt)
            await writer.wait()
        } catch {
            site.logger.warning("no last snapshot", metadata: ["error.message": "\(error)"])
        }
    }

    /// Reads what the recorder holds, up to now or for as long as is allowed.
    private func read(_ replay: inout Replay, _ group: JournalAccount.Group) async throws {
        guard let start = group.start else { return }
        var counting: UInt64 = 0
        if group.countsFrom > start {
            let first = try sources.recorder(from: group.countsFrom, patience: Self.patience)
            counting = try await first.next()?.tag.number ?? .max
            await first.close()
        }
        let recorder = try sources.recorder(from: start, patience: Self.patience)
        let deadline = ContinuousClock.now + Self.readingLimit
        var events = 0
        while let delivery = try await recorder.next() {
            for event in delivery.events {
                let partition = event.host.partition(of: site.partitions)
                guard group.partitions.contains(partition) else { continue }
                events += 1
                replay.take(event, of: partition, counts: delivery.tag.number >= counting, wall: site.now())
            }
            guard ContinuousClock.now < deadline else {
                site.logger.warning(
                    "the recorder holds more than could be read in time; windows may be incomplete",
                    metadata: ["analyzer.replayed": "\(events)"])
                break
            }
        }
        await recorder.close()
        site.logger.info(
            "recorded telemetry read",
            metadata: ["analyzer.replayed": "\(events)", "partitions": "\(group.partitions.sorted())"])
    }

    /// How long the recorder may take to answer, and how long it is read at most.
    private static let patience = Duration.seconds(5)
    private static let readingLimit = Duration.seconds(60)

    /// Whether the recorder is to be read: not if the process ended over it again and again.
    private func mayReplay() -> Bool {
        do {
            guard try folder.beginReplay() < Self.mostAttempts else {
                site.logger.error(
                    "the recorder is not read: the process ended over it before; windows begin anew",
                    metadata: ["state.directory": "\(folder.path)"])
                return false
            }
            return true
        } catch {
            site.logger.warning("the recorder is not read", metadata: ["error.message": "\(error)"])
            return false
        }
    }

    /// The snapshot on disk, if it is of use.
    private mutating func snapshot() -> Snapshot? {
        if isLoaded, !writer.hasWritten { return loaded }
        writer.hasWritten = false
        isLoaded = true
        loaded = nil
        do {
            guard let bytes = try folder.load(limit: configuration.maxBytes + 64) else { return nil }
            let snapshot = try SnapshotFile.decode(bytes)
            guard snapshot.partitions == site.partitions else {
                throw SnapshotFile.Unusable(description: "it is of a broker with \(snapshot.partitions) partitions")
            }
            guard site.now() - snapshot.time < Self.oldest else {
                throw SnapshotFile.Unusable(description: "it is of \(snapshot.time), which is too long ago")
            }
            loaded = snapshot
        } catch {
            setAside("\(error)")
        }
        return loaded
    }

    private mutating func setAside(_ reason: String) {
        loaded = nil
        let aside = folder.setAside()
        site.logger.warning(
            "snapshot set aside; open facts come from the journal, windows from the recorder",
            metadata: ["file.path": "\(aside)", "reason": "\(reason)"])
    }
}
