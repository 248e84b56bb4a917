import ExhaustCore
import Testing

@testable import Analyzer

/// What conditions require: never more than that they hold.
struct RequirementTests {
    private func event(_ data: ValueMap) throws -> Event {
        Event(
            type: .syslog, source: "//web-01/test/0", id: "1", time: Timestamp(seconds: 0),
            host: try HostID.of("web-01"),
            data: data)
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func whereAConditionHoldsItsRequirementIsMet(_ seed: UInt64) throws {
        var conditions = ExpressionMaker(maker: LiteralMaker(random: SeededGenerator(seed: seed)), hasItem: false)
        var (held, required) = (0, 0)
        for _ in 0..<150 {
            let text = conditions.condition()
            guard let condition = try? Expression.parse(text) else { continue }
            guard let requirement = condition.requirement else { continue }
            required += 1
            for _ in 0..<20 {
                let data = conditions.maker.data()
                guard (try? condition.holds(EventBindings(try event(data)))) == true else { continue }
                held += 1
                #expect(requirement.isMet(by: data), "\(text) on \(data)")
            }
        }
        #expect(held > 20 && required > 20)
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func whereAnItemsConditionHoldsItsRequirementIsMet(_ seed: UInt64) throws {
        var conditions = ExpressionMaker(maker: LiteralMaker(random: SeededGenerator(seed: seed)), hasItem: true)
        for _ in 0..<150 {
            let text = conditions.condition()
            guard let condition = try? Expression.parse(text) else { continue }
            guard let requirement = condition.requirement(ofItemsIn: "items") else { continue }
            for _ in 0..<20 {
                let data = conditions.maker.data()
                for item in data["items"]?.list ?? [] {
                    let bindings = EventBindings(try event(data), with: ["item": item])
                    guard (try? condition.holds(bindings)) == true else { continue }
                    #expect(requirement.isMet(by: data), "\(text) on \(data)")
                }
            }
        }
    }

    private static let presence = [Literal.presence(of: "x")]
    private static let samples: [(String, [Literal]?)] = [
        ("data.x == \"a\"", [Literal(.equals, "a", in: "x")]),
        ("data[\"x.y\"] in [\"a\", 4, true]", ["a", "4", "true"].map { Literal(.equals, $0, in: "x.y") }),
        ("data.x.startsWith(\"a\") && data.y.contains(\"longer\")", [Literal(.contains, "longer", in: "y")]),
        (
            "data.x.startsWith(\"a\") || data.y.endsWith(\"b\")",
            [Literal(.prefix, "a", in: "x"), Literal(.suffix, "b", in: "y")]
        ),
        ("data.x.lowerAscii().contains(\"a\")", [Literal(.contains, "a", in: "x", isCaseInsensitive: true)]),
        ("data.x.matches(\"^/tmp/.*sh\")", [Literal(.contains, "/tmp/", in: "x")]),
        ("data.x == 4.0", [Literal(.equals, "4", in: "x")]), ("data.x == 9007199254740993", presence),
        ("data.x != \"a\"", presence), ("!data.x", presence), ("data.x > 4", presence), ("has(data.x)", presence),
        ("data.x == null", presence), ("\"x\" in data", presence), ("data.x.all(i, i == 1)", presence),
        ("data.x || data.y", [.presence(of: "x"), .presence(of: "y")]), ("true", nil), ("false", []),
        ("host == \"a\"", nil),
        ("data.?x.orValue(\"a\") == \"b\"", nil), ("data.x == \"a\" || true", nil),
        ("false || data.x == 1", [Literal(.equals, "1", in: "x")]),
        ("data.x.y == \"a\"", presence), ("[\"a\"].exists(x, x == \"a\")", nil), ("data.x in []", []),
    ]

    @Test(arguments: samples)
    func readsOffWhatIsRequired(_ text: String, _ literals: [Literal]?) throws {
        #expect(try Expression.parse(text).requirement?.anyOf == literals)
    }
}
