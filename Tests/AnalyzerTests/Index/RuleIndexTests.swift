import ExhaustCore
import Testing

@testable import Analyzer

/// The index against the plain meaning of literals.
struct RuleIndexTests {
    private func event(_ data: ValueMap) throws -> Event {
        Event(
            type: .syslog, source: "//web-01/test/0", id: "1", time: Timestamp(seconds: 0),
            host: try HostID.of("web-01"),
            data: data)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func candidatesAreThoseWhoseLiteralsOccur(_ seed: UInt64) throws {
        var maker = LiteralMaker(random: SeededGenerator(seed: seed))
        let rules = (0..<100).map { number -> (position: Int, requirement: LiteralRequirement?) in
            if number % 17 == 0 { return (number * 3, nil) }
            return (number * 3, LiteralRequirement(anyOf: (0..<number % 4).map { _ in maker.literal() }))
        }
        var index = RuleIndex(rules)
        for _ in 0..<200 {
            let data = maker.data()
            var found: [Int] = []
            index.appendCandidates(for: try event(data), to: &found)
            let expected = rules.filter { $0.requirement?.isMet(by: data, ignoringCase: true) ?? true }.map(\.position)
            #expect(found == expected, "\(data)")
        }
    }

    @Test func literalsBeyondTheLimitCountByTheirEnds() throws {
        let (head, tail) = (String(repeating: "h", count: 100), String(repeating: "t", count: 100))
        let kinds: [Literal.Kind] = [.equals, .prefix, .suffix, .contains]
        var index = RuleIndex(
            kinds.enumerated().map { ($0, LiteralRequirement(anyOf: [Literal($1, head + tail, in: "x")])) })
        for (text, expected) in [
            (head + tail, [0, 1, 2, 3]), (head, [1, 3]), (tail, [2]), ("-" + head, [3]), (head + tail + "-", [1, 3]),
        ] {
            var found: [Int] = []
            index.appendCandidates(for: try event(["x": .string(text)]), to: &found)
            #expect(found == expected)
        }
    }

    /// More states than rows, so that a search walks edges and links too.
    @Test func searchesBeyondTheRows() throws {
        var maker = LiteralMaker(random: SeededGenerator(seed: 7))
        let letters = (33...126 as ClosedRange<UInt8>).map { Character(Unicode.Scalar($0)) }
        let texts = (0..<2_000).map { _ in
            String((0..<Int.random(in: 3...30, using: &maker.random)).map { _ in maker.pick(letters) })
        }
        let rules = texts.enumerated().map {
            (position: $0, requirement: LiteralRequirement(anyOf: [Literal(.contains, $1, in: "x")]))
        }
        var index = RuleIndex(rules)
        #expect(index.size > LiteralAutomaton.denseEntries * 4)
        for _ in 0..<200 {
            let parts = (0..<4).map { _ in maker.pick(texts) }
            let data: ValueMap = [
                "x": .string(parts.map { $0.dropLast(Int.random(in: 0...1, using: &maker.random)) }.joined())
            ]
            var found: [Int] = []
            index.appendCandidates(for: try event(data), to: &found)
            let text = data["x"]?.string?.lowercased() ?? ""
            #expect(found == texts.indices.filter { text.contains(texts[$0].lowercased()) })
        }
    }
}
