import ExhaustCore
import ExhaustRuntime

/// Takes recorded events again to know what they led to: an engine and filters apart from those at work, whose clock
/// is the events' own.
struct Replay {
    private(set) var engine: AnalyzerEngine
    private(set) var filters: [Int: DuplicateFilter]
    private var told: ToldFacts
    /// What follows and was never told, oldest first.
    private var untold: [Event] = []
    private var now: Timestamp?

    /// The facts that are open as far as the journal says, by their keys, where that is all that is known.
    private let open: [String: Event]

    /// A replay from what is known at `now`. `told` is what the journal tells beyond that.
    init(
        _ engine: AnalyzerEngine, filters: [Int: DuplicateFilter], told: ToldFacts = ToldFacts(),
        open: [String: Event] = [:], at now: Timestamp? = nil
    ) {
        self.engine = engine
        self.filters = filters
        self.told = told
        self.open = open
        self.now = now
    }

    /// Takes an event of `partition`; `wall` is the time of this machine. Where it does not `count`, all that it led to
    /// was told, and it only makes known what was known.
    mutating func take(_ event: Event, of partition: Int, counts: Bool, wall: Timestamp) {
        guard filters[partition, default: DuplicateFilter()].isNew(event) else { return }
        let time = max(now ?? event.time, min(event.recordedTime ?? event.time, wall))
        // As the clock would have ticked.
        for moment in EngineLoop<AnalyzerEngine>.ticks(from: now ?? time, to: time) {
            hear(engine.advance(to: moment), counts)
        }
        now = time
        hear(engine.handle(event, now: time), counts)
    }

    private mutating func hear(_ output: [Event], _ counts: Bool) {
        for event in output where !told.isKnown(event) {
            if counts { untold.append(event) } else { unsay(event) }
        }
    }

    /// Makes the engine know of the fact what the journal says.
    private mutating func unsay(_ output: Event) {
        let key = output.data["key"]?.string ?? ""
        switch output.data["transition"]?.string.flatMap(Fact.Transition.init(rawValue:)) {
        case .raised: engine.forget(key, of: output.data["name"]?.string ?? "")
        case .cleared: if let told = open[key] { engine.restore(told) }
        case .updated, nil: break
        }
    }

    /// Applies what the journal tells and the events did not, and gives what they did and it does not, oldest first.
    mutating func finish() -> [Event] {
        for event in told.rest { engine.restore(event) }
        var over = Set(told.rest.compactMap { $0.data["episode"]?.string })
        // Of what was only updated, the last word counts, and none once it is over.
        let news = untold.reversed().filter { event in
            let episode = event.data["episode"]?.string ?? ""
            switch event.data["transition"]?.string.flatMap(Fact.Transition.init(rawValue:)) {
            case .updated: return over.insert(episode).inserted
            case .cleared: over.insert(episode)
            case .raised, nil: break
            }
            return true
        }
        return news.reversed()
    }
}
