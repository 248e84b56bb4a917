import ExhaustCore
import ExhaustRuntime
import Synchronization

@testable import Analyzer

/// An engine with rules from YAML, fed with events at given seconds; it keeps what came out.
struct Bench {
    private(set) var engine: AnalyzerEngine
    private(set) var output: [Event] = []
    let notices = Notices()
    private var count = 0

    /// What the engine reported.
    final class Notices: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }
        func add(_ notice: Notice) { list.withLock { $0.append("\(notice)") } }
    }

    init(_ rules: String, limits: Limits = Limits()) throws {
        let source = EventSource(host: try HostID.of("central"), role: "analyzer", incarnation: "0")
        let notices = self.notices
        engine = AnalyzerEngine(
            rules: try Self.rules(rules), factory: EventFactory(source: source, seed: 1), limits: limits,
            report: { notices.add($0) })
    }

    static func rules(_ text: String) throws -> [Rule] {
        var set = RuleSet()
        // The events here hold what a test needs, not what their streams do.
        try set.add(try YAMLReader.parse("version: 1\nrules:\n" + text, file: "rules.yaml"), data: { _ in .dyn })
        return set.rules
    }

    /// The facts so far as `transition subject`, in order.
    var story: [String] {
        get throws { try facts.map { "\($0.transition) \($0.subject)" } }
    }

    /// The payloads so far.
    var facts: [Fact] {
        get throws { try output.map { try $0.payload(Fact.self) } }
    }

    /// Feeds one event that happened at `second`, handled at `now` (by default just then).
    mutating func feed(
        _ type: EventType = .syslog, at second: Double, host: String = "web-01", now: Double? = nil, _ data: ValueMap
    ) throws {
        count += 1
        let event = Event(
            type: type, source: "//\(host)/test/0", id: "\(count)", time: Self.time(second), host: try HostID.of(host),
            data: data)
        feed(event, now: Self.time(now ?? second))
    }

    mutating func feed(_ event: Event, now: Timestamp) {
        output += engine.advance(to: now)
        output += engine.handle(event, now: now)
    }

    /// Shows the engine what the journal holds.
    mutating func restore(_ event: Event) {
        engine.restore(event)
        engine.restored([0], of: 1, now: event.time)
    }

    mutating func release(_ partitions: Set<Int>, of count: Int) { engine.release(partitions, of: count) }

    mutating func advance(to second: Double) { output += engine.advance(to: Self.time(second)) }

    mutating func replace(_ rules: String, at second: Double) throws {
        engine.replace(rules: try Self.rules(rules), now: Self.time(second))
        advance(to: second)
    }

    static func time(_ second: Double) -> Timestamp {
        Timestamp(seconds: 1_800_000_000, nanoseconds: Int64((second * 1e9).rounded()))
    }
}

extension HostID {
    static func of(_ name: String) throws -> HostID {
        guard let host = HostID(name) else { throw ExhaustError(.invalidData, "no host id: \(name)") }
        return host
    }
}
