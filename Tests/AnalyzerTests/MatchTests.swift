import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Match, facts and their edges")
struct MatchTests {
    private static let rule = """
        - fact: link-down
          on: exhaust.syslog
          where: data.state == 'down'
          key: [host, data.port]
          clear: {where: data.state == 'up'}
          subject: port {{ data.port }}
          severity: error
          summary: port {{ data.port }} of {{ host }} is down
        """

    @Test("The first event raises, more are evidence, the clear event clears")
    func edges() throws {
        var bench = try Bench(Self.rule)
        for second in [0.0, 0.5, 3] { try bench.feed(at: second, ["port": 1, "state": "down"]) }
        try bench.feed(at: 4, ["port": 1, "state": "up"])
        #expect(try bench.story == ["raised port 1", "cleared port 1"])
        let facts = try bench.facts
        #expect(facts[0].key == "link-down:web-01:1")
        #expect(facts[0].summary == "port 1 of web-01 is down")
        #expect(facts[0].severity == .error)
        #expect(facts[1].evidence.map(\.id) == ["1", "2", "3"])
        #expect(facts[1].first == Bench.time(0) && facts[1].last == Bench.time(3))
    }

    @Test("Keys are apart: two ports are two facts, and each is cleared by its own event")
    func keys() throws {
        var bench = try Bench(Self.rule)
        try bench.feed(at: 0, ["port": 1, "state": "down"])
        try bench.feed(at: 1, ["port": 2, "state": "down"])
        try bench.feed(at: 2, host: "web-02", ["port": 1, "state": "down"])
        try bench.feed(at: 3, ["port": 2, "state": "up"])
        try bench.feed(at: 4, host: "web-02", ["port": 9, "state": "up"])
        #expect(try bench.story == ["raised port 1", "raised port 2", "raised port 1", "cleared port 2"])
    }

    @Test("The event tells its cause, its chain and its episode")
    func chain() throws {
        var bench = try Bench(Self.rule)
        var event = Event(
            type: .syslog, source: "//web-01/s/0", id: "7", time: Bench.time(0), host: try HostID.of("web-01"),
            data: ["port": 1, "state": "down"])
        event.correlationID = "chain"
        event.chainDepth = 2
        bench.feed(event, now: Bench.time(1))
        try bench.feed(at: 2, ["port": 1, "state": "up"])
        let (raised, cleared) = (bench.output[0], bench.output[1])
        #expect(raised.type == .fact && raised.host.description == "web-01" && raised.severityNumber == 17)
        #expect(raised.time == Bench.time(1))
        #expect(raised.causationID == "//web-01/s/0 7" && raised.correlationID == "chain" && raised.chainDepth == 2)
        #expect(try bench.facts.map(\.episode) == [raised.id, raised.id])
        #expect(cleared.causationID == "//web-01/test/0 1" && cleared.correlationID == "chain")
        #expect(cleared.id != raised.id)
    }

    @Test("Without a chain before it, a fact begins one")
    func newChain() throws {
        var bench = try Bench(Self.rule)
        try bench.feed(at: 0, ["port": 1, "state": "down"])
        #expect(bench.output[0].correlationID == bench.output[0].id && bench.output[0].chainDepth == 0)
    }

    @Test("Updates come at most once an interval, with at most ten events of evidence")
    func updates() throws {
        var bench = try Bench(Self.rule)
        for second in 0..<25 { try bench.feed(at: Double(second), ["port": 1, "state": "down"]) }
        #expect(try bench.story == ["raised port 1", "updated port 1", "updated port 1"])
        #expect(try bench.facts.map(\.last) == [Bench.time(0), Bench.time(10), Bench.time(20)])
        #expect(try bench.facts[2].evidence.map(\.id) == (12...21).map { "\($0)" })
    }

    @Test("A fact ends by its time to live, counted from the last evidence")
    func timeToLive() throws {
        var bench = try Bench("- {fact: seen, on: exhaust.syslog, ttl: 1m}")
        try bench.feed(at: 0, [:])
        try bench.feed(at: 50, [:])
        bench.advance(to: 109)
        #expect(try bench.story == ["raised web-01", "updated web-01"])
        bench.advance(to: 200)
        #expect(try bench.story.last == "cleared web-01")
        #expect(bench.output.last?.time == Bench.time(110))
        try bench.feed(at: 201, [:])
        #expect(try bench.story.last == "raised web-01")
        #expect(Set(try bench.facts.map(\.episode)).count == 2)
    }

    @Test("A field that an event lacks is no match, and the rule is not asked")
    func missingField() throws {
        var bench = try Bench(Self.rule)
        try bench.feed(at: 0, ["message": "hello"])
        bench.advance(to: 2)
        #expect(bench.output.isEmpty)
        #expect(bench.notices.all.isEmpty)
    }

    @Test("A text that cannot be rendered does not cost the fact")
    func badText() throws {
        var bench = try Bench("- {fact: seen, on: exhaust.syslog, ttl: 1m, subject: '{{ data.gone }}'}")
        try bench.feed(at: 0, [:])
        #expect(try bench.story == ["raised web-01"])
        #expect(bench.notices.all.contains { $0.contains("templateError") })
    }

    @Test("Different values never share a key")
    func keyEscapes() throws {
        var bench = try Bench(
            "- {fact: f, on: exhaust.syslog, ttl: 1m, key: [host, data.a, data.b], subject: '{{ data.a }}'}")
        try bench.feed(at: 0, ["a": "x:y", "b": "z"])
        try bench.feed(at: 1, ["a": "x", "b": "y:z"])
        #expect(try bench.facts.map(\.key) == ["f:web-01:x\\:y:z", "f:web-01:x:y\\:z"])
    }
}
