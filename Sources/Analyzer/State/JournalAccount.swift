import ExhaustCore
import ExhaustRuntime

/// What the journal says of partitions that are taken over: of those in a snapshot what was told since, of the others
/// everything.
struct JournalAccount {
    /// Partitions that are rebuilt in one way, and from where.
    struct Group: Sendable {
        let partitions: Set<Int>
        let isWarm: Bool
        /// Up to when everything that reached a queue was handled.
        let handled: [Int: Timestamp]
        /// Where in the recorder to begin; `nil` to leave it.
        let start: Timestamp?
        /// From where on in the recorder an event may not have been handled.
        let countsFrom: Timestamp
    }

    /// Those in the snapshot, and those that are not.
    let warm: Set<Int>
    let cold: Set<Int>
    private let count: Int
    private let now: Timestamp
    private let mark: String?
    private var isPastMark = false
    /// What was told of warm partitions since.
    private var told = ToldFacts()
    /// What the journal makes of the cold ones, and the open facts there by key.
    private var engine: AnalyzerEngine
    private var open: [String: Event] = [:]
    /// By partition, what the latest mark says of when everything was handled.
    private var handled: [Int: Timestamp] = [:]
    /// The latest word on facts of no rule, by key.
    private var strangers: [String: Event] = [:]

    /// An account of `partitions`, of which there are `count` in all, for an engine like `engine`.
    init(
        _ partitions: Set<Int>, of count: Int, _ snapshot: Snapshot?, _ engine: AnalyzerEngine, at now: Timestamp
    ) {
        self.count = count
        self.now = now
        warm = partitions.intersection(snapshot.map { Set($0.handled.keys) } ?? [])
        cold = partitions.subtracting(warm)
        mark = warm.isEmpty ? nil : snapshot?.mark
        self.engine = engine.blank()
    }

    /// Takes an entry, oldest first.
    mutating func add(_ event: Event) {
        if event.type == .barrier {
            if event.id == mark { isPastMark = true }
            handled.merge(Mark.partitions(in: event)) { $1 }
        }
        let partition = event.host.partition(of: count)
        let isWarm = warm.contains(partition) && isPastMark
        guard event.type == .fact, isWarm || cold.contains(partition), let key = event.data["key"]?.string else {
            return
        }
        guard engine.hasRule(event.data["name"]?.string ?? "") else {
            strangers[key] = event
            return
        }
        if isWarm { return told.add(event) }
        engine.restore(event)
        open[key] = event.data["transition"]?.string == Fact.Transition.cleared.rawValue ? nil : event
    }

    /// Whether the journal holds the mark of the snapshot, if there is one.
    var isWhole: Bool { mark == nil || isPastMark }

    /// The partitions by the way in which they are rebuilt.
    func groups(_ snapshot: Snapshot?, warmUp: Duration, tolerance: Duration) -> [Group] {
        var groups: [Group] = []
        if let snapshot, let oldest = snapshot.handled.filter({ warm.contains($0.key) }).values.min() {
            groups.append(
                Group(
                    partitions: warm, isWarm: true, handled: snapshot.handled, start: oldest - tolerance,
                    countsFrom: oldest - tolerance))
        }
        guard !cold.isEmpty else { return groups }
        let oldest = handled.filter { cold.contains($0.key) }.values.min()
        groups.append(
            Group(
                partitions: cold, isWarm: false, handled: handled, start: oldest.map { $0 - tolerance - warmUp },
                countsFrom: (oldest ?? now) - tolerance))
        return groups
    }

    /// Where the rebuilding of a group begins, and the open facts in the snapshot of which no rule knows any more.
    func replay(_ group: Group, _ snapshot: Snapshot?, from live: AnalyzerEngine) -> (Replay, orphans: [OpenFact]) {
        guard group.isWarm, let snapshot else {
            var engine = engine
            engine.restored(group.partitions, of: count, now: now)
            return (Replay(engine, filters: [:], open: open), [])
        }
        var engine = live.blank(told: told.raised)
        let orphans = engine.recall(snapshot.memory) { warm.contains($0.partition(of: count)) }
        return (Replay(engine, filters: snapshot.filters, told: told, at: snapshot.time), orphans)
    }

    /// What is to be told of open facts for which no rule stands any more, those in the journal among them: they are
    /// over. That rules are broken is each analyzer's own matter, which began with sound ones.
    func clear(_ orphans: [OpenFact], like engine: AnalyzerEngine, own: HostID) -> [Event] {
        var open = Dictionary(orphans.map { ($0.fact.key, $0) }) { $1 }
        for (key, event) in strangers {
            open[key] = nil
            guard let fact = try? event.payload(Fact.self), fact.transition != .cleared,  // told by a newer program
                fact.name != BrokenRules.fact || event.host == own
            else { continue }
            open[key] = OpenFact(
                fact: fact, host: event.host, correlationID: event.correlationID ?? fact.episode,
                chainDepth: event.chainDepth ?? 0, told: event.time)
        }
        var engine = engine
        return open.sorted { $0.key < $1.key }.compactMap { engine.clear($0.value, at: now) }
    }
}
