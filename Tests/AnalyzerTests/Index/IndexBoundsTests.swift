import ExhaustCore
import Testing

@testable import Analyzer

/// What rules and events cost at their worst, as ratios: the machine's speed drops out of them.
@Suite(.serialized)
struct IndexBoundsTests {
    private static let host = HostID("web-01")

    private func index(_ texts: [String], _ kind: Literal.Kind = .contains) -> RuleIndex {
        RuleIndex(texts.enumerated().map { ($0, LiteralRequirement(anyOf: [Literal(kind, $1, in: "message")])) })
    }

    /// The least of three times that `index` takes for `text`.
    private func time(_ index: RuleIndex, _ text: String) throws -> Duration {
        let host = try #require(Self.host)
        let event = Event(
            type: .syslog, source: "//web-01/test/0", id: "1", time: Timestamp(seconds: 0), host: host,
            data: ["message": .string(text)])
        var index = index
        var found: [Int] = []
        return (0..<3).map { _ in
            ContinuousClock().measure {
                found.removeAll()
                index.appendCandidates(for: event, to: &found)
            }
        }.min() ?? .zero
    }

    private static let plain = (0..<3_000).map { "process \($0) of service \($0 * 7 % 3_000) was killed" }
    /// Each is an end of the next, so that all of them end at almost every place of a text made of that letter.
    private static let nested = (0..<3_000).map {
        String(repeating: "a", count: 1 + $0 % 64) + ($0 < 64 ? "" : "b\($0)")
    }

    @Test func textFullOfHitsCostsLittleMoreThanOther() throws {
        let text = String(repeating: "connection from 10.0.0.1 closed ", count: 8_000)
        let hits = String(repeating: "a", count: text.utf8.count)
        let ordinary = try time(index(Self.plain), text)
        #expect(try time(index(Self.nested), hits) < ordinary * 4)
        #expect(try time(index(Self.nested, .suffix), hits) < ordinary * 4)
        #expect(try time(index(Self.nested, .prefix), hits) < ordinary * 4)
        // The search walks down its longest links at every place.
        let broken = String(repeating: String(repeating: "a", count: 63) + "b", count: text.utf8.count / 64)
        #expect(try time(index(Self.nested), broken) < ordinary * 8)
    }

    @Test func costHardlyGrowsWithRules() throws {
        let text = String(repeating: "process 12 of daemon 4711 is fine ", count: 4_000)
        let few = try time(index(Array(Self.plain.prefix(30))), text)
        #expect(try time(index(Array(Self.plain.prefix(300))), text) < few * 3)
        #expect(try time(index(Self.plain), text) < few * 6)
    }

    @Test func memoryIsBounded() {
        // 64 states at most for each literal, a megabyte of rows for the field.
        #expect(index(Self.plain).size < 4 << 20)
        let long = (0..<3_000).map { "\($0)" + String(repeating: "\($0) long ", count: 1_000) }
        #expect(index(long).size < 3_000 * 64 * 30 + 4 << 20)
    }

    /// Patterns and conditions that are deep or wide are read in a time that grows with their size.
    @Test func hostileConditionsAreRead() throws {
        for pattern in [String(repeating: "(", count: 100_000), String(repeating: "(a", count: 50_000), "((a+)+)+$"] {
            _ = RegexLiterals.read(pattern)
        }
        let deep =
            String(repeating: "(data.x == \"a\" ? true : (", count: 20) + "data.x == \"b\""
            + String(repeating: "))", count: 20)
        #expect(try Expression.parse(deep).requirement?.anyOf.count == 2)
        let wide = "data.x in [" + (0..<5_000).map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        #expect(try Expression.parse(wide).requirement?.anyOf.count == 5_000)
    }
}
