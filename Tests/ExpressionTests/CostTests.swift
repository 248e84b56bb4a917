import ExhaustCore
import Testing

@Suite("The cost of expressions")
struct CostTests {
    /// A text of 4 KiB and a list of 1,000 numbers.
    private static let bindings: ValueMap = [
        "text": .string(String(repeating: "a", count: 4096)), "n": 1_000_000_000,
        "list": .list((0..<1000).map { .int($0) }),
    ]
    private static let limited = ExpressionProblem.costExceeded(limit: 1_000_000)

    @Test(
        "Growth stops at the step limit before it happens, whatever makes things grow",
        arguments: [
            "text.replace('a', text).replace('a', text)",
            "text.replace('', text).replace('', text)",
            "list.map(x, text).join(text)",
            "list.map(x, list.map(y, text).join(text)).join()",
            "'%s%s%s%s'.format([text, text, text, text]).replace('a', text)",
            "lists.range(n)",
            "[list, list].map(x, list.map(y, list)).map(x, x.flatten()).flatten()",
            "list.map(x, list).flatten().distinct()",
            "cel.bind(t, text.replace('a', 'aaaaaaaaaaaaaaaa'), t.indexOf(t.replace('aaaa', 'aaab')))",
            "list.all(x, list.all(y, !text.matches('a*' + string(x) + 'b?')))",
            "cel.bind(t, text.replace('a', text.substring(3072)), list.all(x, !t.matches('a*b')))",
            "cel.bind(t, text.replace('a', text.substring(3072)), list.all(x, list.all(y, t <= t)))",
            "cel.bind(t, text.replace('a', text.substring(3072)), list.all(x, list.all(y, !(t in ['a', 'b']))))",
            "cel.bind(t, text.replace('a', text.substring(3072)), "
                + "list.all(x, list.all(y, !(t in {1: 2}) || {t: t}[t] == t)))",
            "cel.bind(t, bytes(text.replace('a', text.substring(3072))), list.all(x, list.all(y, t == t)))",
            "cel.bind(t, text.substring(2048), cel.bind(l, list.map(x, t), list.all(x, l.sort() == l)))",
            "list.map(x, list.map(y, '%.1000f'.format([1.0]))).size() > 0",
        ])
    func growth(text: String) throws {
        let clock = ContinuousClock()
        let expression = try Expression.parse(text)
        let start = clock.now
        let error = #expect(throws: ExpressionError.self) { try expression.evaluate(in: Self.bindings) }
        #expect(error?.problem == Self.limited)
        #expect(clock.now - start < .seconds(30))
    }

    @Test(
        "A value whose parts are shared is walked no further than the limit",
        arguments: [
            "v", "v == w", "v.flatten(100)", "[v, w].distinct()", "v in [0, w]", "{1: v} == {1: w}", "'%s'.format([v])",
            "{'a': {'b': v}}", "optional.of(v)", "v != w || true",
        ])
    func sharing(body: String) throws {
        // Both are 2^40 numbers in lists of two.
        var text = "cel.bind(v, v40, cel.bind(w, w40, \(body)))"
        for level in (1...40).reversed() {
            text = "cel.bind(v\(level), [v\(level - 1), v\(level - 1)], \(text))"
        }
        text = "cel.bind(v0, 1, \(text.replacing("w40", with: "[v39, v39]")))"
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(in: Self.bindings) }
        #expect(error?.problem == Self.limited)
    }
}
