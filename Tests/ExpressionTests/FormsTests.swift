import ExhaustCore
import Testing

/// Comparisons with literals, searches in literal lists and an event's fields have code of their own; whatever form the
/// text takes, the result must be that of the general one.
@Suite("Forms of the same expression")
struct FormsTests {
    @Test("5,000 random conditions give the same result or error on an event, on a map, and without literals")
    func random() throws {
        var generator = ConditionGenerator(seed: 5)
        var (holding, failing) = (0, 0)
        for _ in 0..<5000 {
            let (text, general) = generator.condition(3)
            let event = try generator.event()
            let asEvent = Self.result(text) { try $0.evaluate(in: EventBindings(event)) }
            let asMap = Self.result(text) { try $0.evaluate(in: Self.map(event)) }
            let asGeneral = Self.result(general) { try $0.evaluate(in: EventBindings(event)) }
            let asTruth = Self.result(text) { .bool(try $0.isTrue(in: EventBindings(event))) }
            #expect(asEvent == asMap && asEvent == asGeneral && asEvent == asTruth, "\(text) of \(event.data)")
            if asEvent == .success(true) { holding += 1 }
            if case .failure = asEvent { failing += 1 }
        }
        #expect(holding > 500 && failing > 100)
    }

    private static func result(
        _ text: String, _ body: (Expression) throws -> Value
    ) -> Result<Value, ExpressionProblem> {
        do {
            return .success(try body(Expression.parse(text)))
        } catch let error as ExpressionError {
            return .failure(error.problem)
        } catch {
            return .failure(.syntax("\(error)"))
        }
    }

    private static func map(_ event: Event) -> ValueMap {
        ["data": .map(event.data), "host": .string(event.host.description), "type": .string(event.type.rawValue)]
    }
}

/// Conditions as rules have them, and events that meet them now and then.
private struct ConditionGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let literals = [
        "'a'", "'b'", "''", "'ab'", "'é'", "'e\\u0301'", "'K'", "'\\u212a'", "1", "2", "-1", "1u", "2u", "1.0", "2.5",
        "true", "false", "null",
    ]
    private static let values: [Value] = [
        "a", "b", "", "ab", "é", "e\u{301}", "K", "\u{212a}", 1, 2, -1, .uint(1), .double(1), .double(2.5), true, .null,
        ["a", 1], ["k": "a"],
    ]

    private mutating func any<T>(_ choices: [T], _ fallback: T) -> T {
        choices.randomElement(using: &generator) ?? fallback
    }

    /// A condition, and the same with every literal hidden from the compiler.
    mutating func condition(_ depth: Int) -> (text: String, general: String) {
        func both(_ make: (String, String) -> String, _ one: (String, String), _ other: (String, String))
            -> (String, String)
        {
            (make(one.0, other.0), make(one.1, other.1))
        }
        switch Int.random(in: depth > 0 ? 0...10 : 3...10, using: &generator) {
        case 0: return both({ "(\($0) && \($1))" }, condition(depth - 1), condition(depth - 1))
        case 1: return both({ "(\($0) || \($1))" }, condition(depth - 1), condition(depth - 1))
        case 2: return both({ one, _ in "!\(one)" }, condition(depth - 1), ("", ""))
        case 3: return both({ "\($0) in \($1)" }, field(), list())
        case 10:
            let name = any(["x", "y", "z"], "x")
            return ("has(data.\(name))", "has(dyn(data).\(name))")
        case 4: return both({ "\($0).startsWith(\($1))" }, field(), literal())
        case 5: return both({ "\($0).contains(\($1))" }, field(), literal())
        case 6:
            let operation = any(["<", "<=", ">", ">="], "<")
            return both({ "\($0) \(operation) \($1)" }, field(), literal())
        default:
            let operation = any(["==", "!="], "==")
            let (one, other) = (field(), Bool.random(using: &generator) ? literal() : field())
            let isTurned = Bool.random(using: &generator)
            return both({ "\($0) \(operation) \($1)" }, isTurned ? other : one, isTurned ? one : other)
        }
    }

    private mutating func field() -> (String, String) {
        let name = any(["x", "y", "z"], "x")
        return any(
            [
                ("data.\(name)", "dyn(data).\(name)"), ("data['\(name)']", "dyn(data)[dyn('\(name)')]"),
                ("host", "dyn(host)"), ("type", "dyn(type)"),
            ], ("host", "host"))
    }

    private mutating func literal() -> (String, String) {
        let text = any(Self.literals, "1")
        return (text, "dyn(\(text))")
    }

    private mutating func list() -> (String, String) {
        let elements = (0..<Int.random(in: 0...5, using: &generator)).map { _ in literal() }
        return (
            "[" + elements.map(\.0).joined(separator: ", ") + "]", "[" + elements.map(\.1).joined(separator: ", ") + "]"
        )
    }

    mutating func event() throws -> Event {
        var event = Event(
            type: any([.acct, .syslog], .acct), source: "//a/b/1", id: "1", time: Timestamp(seconds: 0),
            host: try #require(HostID(any(["a", "b"], "a"))))
        let names = ["x", "y", "z", "w"].shuffled(using: &generator)
        for name in names where Bool.random(using: &generator) { event.data[name] = any(Self.values, 1) }
        return event
    }
}
