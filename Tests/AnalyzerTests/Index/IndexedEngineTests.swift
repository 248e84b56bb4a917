import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

/// The engine with its index against the engine that asks every rule of every event.
struct IndexedEngineTests {
    private struct Maker {
        var conditions: ExpressionMaker

        mutating func condition() -> Expression {
            while true {
                if let condition = try? Expression.parse(conditions.condition(depth: 2)) { return condition }
            }
        }

        mutating func pick<T>(_ choices: [T]) -> T { conditions.maker.pick(choices) }

        mutating func rule(_ number: Int) throws -> Rule {
            let detectors: [Value] = [
                ["match": [:]], ["match": [:]], ["count": ["above": 2, "within": "20s"]],
                ["threshold": ["value": "data.y", "above": 3, "clear": 2]],
                ["distinct": ["of": "data.x", "above": 2, "within": "30s"]],
                ["rate": ["above": 0.3, "per": "1s", "within": "10s"]], ["absence": ["within": "9s"]],
                ["change": ["of": "data.x"]], ["new": ["of": "data[\"long.name\"]"]],
                [
                    "sequence": [
                        "within": "40s",
                        "steps": [
                            ["where": .string(condition().text)],
                            ["where": .string(condition().text), "on": "exhaust.cli"],
                        ],
                    ]
                ],
            ]
            let detector = try ValueDecoder().decode(Detector.self, from: pick(detectors))
            let hasItem = pick([true, false, false])
            let each = try hasItem ? Expression.parse("data.items") : nil
            var clear: ClearCondition?
            if case .match = detector, pick([true, false]) {
                var value: ValueMap = [
                    "where": .string(condition().text), "on": pick(["exhaust.cli", "exhaust.syslog"]),
                ]
                if pick([true, false]) { value["for"] = "3s" }
                clear = try ValueDecoder().decode(ClearCondition.self, from: .map(value))
            }
            var items = ExpressionMaker(maker: conditions.maker, hasItem: hasItem)
            var condition: Expression?
            while condition == nil { condition = try? Expression.parse(items.condition(depth: 2)) }
            conditions.maker = items.maker
            return Rule(
                fact: "f-\(number)", stream: pick([.syslog, .cli]), each: each, condition: condition,
                key: try pick([["host"], ["host", "data.x"]]).map { try Expression.parse($0) }, detector: detector,
                clear: clear, ttl: pick([nil, .seconds(15)]), logic: "\(number)")
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func theIndexChangesNoFact(_ seed: UInt64) throws {
        var maker = Maker(
            conditions: ExpressionMaker(maker: LiteralMaker(random: SeededGenerator(seed: seed)), hasItem: false))
        let rules = try (0..<60).map { try maker.rule($0) }
        let source = EventSource(host: try HostID.of("central"), role: "analyzer", incarnation: "0")
        var indexed = AnalyzerEngine(rules: rules, factory: EventFactory(source: source, seed: 1))
        var plain = AnalyzerEngine(rules: rules, factory: EventFactory(source: source, seed: 1))
        plain.indexStreams(byLiterals: false)
        let hosts = try ["web-01", "web-02"].map { try HostID.of($0) }
        var (told, asked) = (0, 0)
        for number in 1...250 {
            let time = Bench.time(Double(number) / 2 - maker.pick([0, 0, 0, 5]))
            let host = maker.pick(hosts)
            let event = Event(
                type: maker.pick([.syslog, .cli]), source: "//\(host)/test/0", id: "\(number)", time: time, host: host,
                data: maker.conditions.maker.data())
            let now = Bench.time(Double(number) / 2)
            let facts = indexed.advance(to: now) + indexed.handle(event, now: now)
            #expect(facts == plain.advance(to: now) + plain.handle(event, now: now))
            told += facts.count
            asked += indexed.countOfCandidates(for: event)
        }
        #expect(told > 50)
        #expect(asked < 250 * 45)
    }

    @Test func newRulesAreIndexedAtReload() throws {
        let rule = { (text: String) in
            "- {fact: f, on: exhaust.syslog, where: 'data.message == \"\(text)\"', reason: r, ttl: 1m}"
        }
        var bench = try Bench(rule("one"))
        try bench.feed(at: 0, ["message": "one"])
        try bench.replace(rule("two"), at: 1)
        try bench.feed(at: 2, ["message": "one"])
        try bench.feed(at: 3, ["message": "two"])
        #expect(try bench.facts.map(\.transition) == [.raised, .cleared, .raised])
    }
}
