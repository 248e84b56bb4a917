import ExhaustCore
import ExhaustRuntime
import Logging

@testable import Analyzer

/// An analyzer in virtual time that is killed now and then, with a queue that delivers again what was not
/// acknowledged, and streams that remember.
struct KilledAnalyzer {
    /// When it dies: before or after an event is handled, between the facts that follow, before or after the
    /// acknowledgement; and beside these in a replay, while telling what that found, and in the middle of a snapshot.
    private enum Stage: CaseIterable { case arriving, handled, telling, told, acknowledged }

    private struct Queued {
        let partition: Int
        let events: [Event]
    }

    let sources = MemorySources()
    private(set) var kills = 0
    /// Those in a replay, and while a snapshot was written.
    private(set) var killsInReplay = 0
    private(set) var killsInSnapshot = 0
    private let rules: [Rule]
    private let folder: String
    private let partitions: Int
    private var generator: SeededGenerator
    private var state: EngineState<AnalyzerEngine>
    /// `nil` while it is dead.
    private var keeper: AnalyzerKeeper?
    private var unacknowledged: [Queued] = []
    private var nextSnapshot: Timestamp?
    private var nextHeartbeat: Timestamp?
    private var clock: Timestamp?
    private var starts = 0

    /// Every this many deliveries, on average, it is killed; never with zero.
    private let killEvery: Int

    init(_ rules: [Rule], seed: UInt64, killEvery: Int, partitions: Int, folder: String) throws {
        self.rules = rules
        self.killEvery = killEvery
        self.partitions = partitions
        self.folder = folder
        generator = SeededGenerator(seed: seed)
        state = EngineState(try Self.engine(rules, 0))
    }

    private static func engine(_ rules: [Rule], _ number: Int) throws -> AnalyzerEngine {
        let source = EventSource(host: try HostID.of("central"), role: "analyzer", incarnation: "\(number)")
        return AnalyzerEngine(rules: rules, factory: EventFactory(source: source, seed: UInt64(number)))
    }

    /// A new process with the folder of the one before, which has died.
    private mutating func start(_ number: Int) async throws {
        if try await !isAlive(number) { try await kill() }
    }

    /// Starts it. It may die while it tells what it found to be untold.
    private mutating func isAlive(_ number: Int) async throws -> Bool {
        let sources = sources
        let site = StateSite(
            host: try HostID.of("central"), partitions: partitions,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, counters: Counters(),
            now: { sources.now })
        keeper = nil
        state = EngineState(try Self.engine(rules, number))
        var keeper = AnalyzerKeeper(try await lock(), StateConfiguration(), sources, at: site)
        let rebuilt = try await keeper.rebuild(Set(0..<partitions), in: &state)
        let isFatal = kills > 0 && !rebuilt.untold.isEmpty && Bool.random(using: &generator)
        tell(Array(rebuilt.untold.prefix(isFatal ? Int.random(in: 0...rebuilt.untold.count, using: &generator) : .max)))
        self.keeper = isFatal ? nil : keeper
        return !isFatal
    }

    /// The folder, as soon as the one before has let go of it: it dies a moment later than a process does.
    private func lock() async throws -> StateFolder {
        for _ in 0..<1000 {
            if let folder = try? StateFolder(folder) { return folder }
            try await Task.sleep(for: .milliseconds(1))
        }
        return try StateFolder(folder)
    }

    /// Begins, as an analyzer that takes all partitions over.
    mutating func begin(at time: Timestamp) async throws {
        sources.now = time
        clock = time
        try await start(0)
    }

    /// One message of a host arrives.
    mutating func deliver(_ events: [Event], at time: Timestamp) async throws {
        guard let host = events.first?.host else { return }
        try await pass(to: time)
        sources.record(events)
        unacknowledged.append(Queued(partition: host.partition(of: partitions), events: events))
        try await work()
    }

    /// Time goes on: ticks, heartbeats through every queue, snapshots.
    mutating func pass(to time: Timestamp) async throws {
        while let clock, clock < time {
            let moment = min(time, clock + .seconds(5))
            self.clock = moment
            sources.now = moment
            tell(state.engine.advance(to: moment))
            if nextHeartbeat.map({ $0 <= moment }) ?? true {
                nextHeartbeat = moment + .seconds(5)
                for partition in 0..<partitions { state.handled[partition] = moment }
            }
            if nextSnapshot.map({ $0 <= moment }) ?? true {
                nextSnapshot = moment + .seconds(Double.random(in: 60...6000, using: &generator))
                if killEvery > 0, Int.random(in: 0..<4, using: &generator) == 0 {
                    try await killInSnapshot()
                } else {
                    await keeper?.close(state)
                }
            }
        }
    }

    private mutating func work() async throws {
        while let message = unacknowledged.first {
            let isFatal = killEvery > 0 && Int.random(in: 0..<killEvery, using: &generator) == 0
            let stage = isFatal ? Stage.allCases.randomElement(using: &generator) : nil
            if stage == .arriving {
                try await kill()
                continue
            }
            var output: [Event] = []
            for event in message.events
            where state.filters[message.partition, default: DuplicateFilter()].isNew(event) {
                output += state.engine.handle(event, now: sources.now)
            }
            if stage == .handled {
                try await kill()
                continue
            }
            let count = stage == .telling ? Int.random(in: 0...output.count, using: &generator) : output.count
            tell(Array(output.prefix(count)))
            if stage == .telling || stage == .told {
                try await kill()
                continue
            }
            unacknowledged.removeFirst()
            if stage == .acknowledged { try await kill() }
        }
    }

    private func tell(_ events: [Event]) { for event in events { sources.tell(event) } }

    /// It dies, and another starts on the same machine; which may die over what it reads, once.
    private mutating func kill() async throws {
        kills += 1
        if Int.random(in: 0..<3, using: &generator) == 0 {
            sources.readsToDeath = Int.random(in: 0..<50, using: &generator)
            defer { sources.readsToDeath = nil }
            do {
                return try await start(kills)
            } catch is MemorySources.Death {
                killsInReplay += 1
                kills += 1
            }
        }
        try await start(kills)
    }

    /// It dies when the mark is in the journal, and part of the snapshot on disk.
    private mutating func killInSnapshot() async throws {
        _ = try await sources.mark(Mark.data(state.handled))
        try DurableFile.replace("\(folder)/snapshot.new", with: Array("EXSTATE1".utf8))
        killsInSnapshot += 1
        try await kill()
    }
}
