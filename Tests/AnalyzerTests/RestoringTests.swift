import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

/// An instance that takes over knows the open facts from the journal.
@Suite("The analyzer after a takeover")
struct RestoringTests {
    private static let rule = """
        - fact: link-down
          on: exhaust.syslog
          where: data.state == 'down'
          key: [host, data.port]
          clear: {where: "data.state == 'up' && data.port == fact.keys[1]"}
          ttl: 1h
          subject: port {{ data.port }}
        """

    /// An analyzer that took over after `first`.
    private func takeOver(_ first: Bench) throws -> Bench {
        var next = try Bench(Self.rule)
        for event in first.output { next.restore(event) }
        return next
    }

    @Test("an open fact is not raised again, and is cleared")
    func open() throws {
        var first = try Bench(Self.rule)
        try first.feed(at: 0, ["port": 1, "state": "down"])
        var next = try takeOver(first)
        try next.feed(at: 0, ["port": 1, "state": "down"])
        try next.feed(at: 1, ["port": 1, "state": "down"])
        try next.feed(at: 2, ["port": 1, "state": "up"])
        #expect(try next.story == ["cleared port 1"])
        #expect(try next.facts[0].episode == first.facts[0].episode)
        #expect(next.output[0].correlationID == first.output[0].correlationID)
    }

    @Test("events that raised a fact which has ended raise nothing when they come again; newer ones do")
    func answered() throws {
        var first = try Bench(Self.rule)
        try first.feed(at: 10, ["port": 1, "state": "down"])
        try first.feed(at: 11, ["port": 1, "state": "up"])
        var next = try takeOver(first)
        try next.feed(at: 10, ["port": 1, "state": "down"])
        try next.feed(at: 11, ["port": 1, "state": "up"])
        #expect(next.output.isEmpty)
        try next.feed(at: 12, ["port": 1, "state": "down"])
        #expect(try next.story == ["raised port 1"])
    }

    @Test("a restored fact expires as it would have")
    func expires() throws {
        var first = try Bench(Self.rule)
        try first.feed(at: 0, ["port": 1, "state": "down"])
        var next = try takeOver(first)
        next.advance(to: 3599)
        #expect(next.output.isEmpty)
        next.advance(to: 3601)
        #expect(try next.story == ["cleared port 1"])
    }

    @Test("a partition that is given up leaves nothing behind, the others keep what they have")
    func released() throws {
        var bench = try Bench(Self.rule)
        try bench.feed(at: 0, host: "web-01", ["port": 1, "state": "down"])
        try bench.feed(at: 0, host: "web-02", ["port": 1, "state": "down"])
        let partition = try HostID.of("web-01").partition(of: 16)
        #expect(try HostID.of("web-02").partition(of: 16) != partition)
        bench.release([partition], of: 16)
        try bench.feed(at: 1, host: "web-01", ["port": 1, "state": "up"])
        try bench.feed(at: 1, host: "web-02", ["port": 1, "state": "up"])
        #expect(try bench.facts.map { "\($0.transition) \($0.host)" }.last == "cleared web-02")
        #expect(bench.output.count == 3)
    }
}
