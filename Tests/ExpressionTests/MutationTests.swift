import ExhaustCore
import Testing

@Suite("Hostile expressions")
struct MutationTests {
    private static let seeds = [
        "data[\"process.command\"] == 'nginx' && data.exit_signal != 0 || !(type in ['a', \"b\"])",
        "[1, 2u, 3.5e-3, 0x1f].filter(x, x > -9223372036854775808).map(y, y % 2 == 0, string(y) + b'\\x00')",
        "has(a.b) ? {'k': [true, null]}.`k-1`[0] : r'\\raw' + '''tri\nple'''",
        "data.disks.exists_one(d, d.used >= 0.85 && d.at.lowerAscii().contains(\"/mnt\")) // end",
        "data.?a[?'b'].optMap(x, x + 1).orValue(2) == 3 || [?data.?c, 1].all(i, v, {?'k': v}.`k` > 0)",
        "cel.bind(t, timestamp('2026-11-22T07:00:00Z'), '%s %05d'.format([t.getHours('Europe/Berlin'), t]))",
        "host.matches('^web-[0-9]+$') && ip('10.0.0.1') in [ip('::1')] && math.greatest([1, 2u, 3.0]) == 3",
        "{1: 'a', true: 2u}.transformMap(k, v, k != 1, v) == {true: type(2)} || [3, 1].sort().slice(0, 1) == [1]",
        "a {{ host }} b {{ {'x': size([1, 2])} }} c",
    ]

    @Test("10,000 mutations neither crash the parser nor the evaluator, and errors point into the text")
    func mutations() {
        var generator = SeededGenerator(seed: 7)
        let bindings: ValueMap = ["data": ["disks": []], "host": "web-01", "a": [:]]
        var parsed = 0
        for round in 0..<10_000 {
            let seed = Self.seeds[round % Self.seeds.count]
            let text = String(decoding: Self.mutated(Array(seed.utf8), &generator), as: UTF8.self)
            do {
                let expression = try Expression.parse(text)
                parsed += 1
                _ = Result { try expression.evaluate(in: bindings) }
            } catch {
                #expect(error.offset <= text.utf8.count && error.line >= 1 && error.column >= 1)
            }
            _ = Result { try Template.parse(text).render(in: bindings) }
        }
        #expect(parsed > 250)
    }

    @Test("5,000 rows of tokens in any order neither crash nor take long")
    func soup() {
        var generator = SeededGenerator(seed: 11)
        let tokens = Self.seeds.joined(separator: " ").split(separator: " ") + Self.tokens
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 1...30, using: &generator))
                .compactMap { _ in tokens.randomElement(using: &generator) }.joined(separator: " ")
            _ = Result { try Expression.parse(text).evaluate(in: ["a": 1] as ValueMap) }
        }
    }

    private static let tokens: [Substring] = [
        "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", ".?", "[?", "!", "-", "&&", "||", "==", "in", "a", "1", "'x'",
        "cel.bind(", "has(", ".all(", ".exists(i, v,", ".optMap(", ".map(x,", "//",
    ]

    @Test(
        "Text as long as it may be is parsed or refused at once, however it nests",
        arguments: [
            "(", "[", "{1:", "-", "!", "a.", "a[", "a?a:", "1+", "a&&", "a==", "f(", "has(", "[1].map(x,",
            "cel.bind(x,",
            "a.?", "[?", "'", "`", "{?", "math.", "a.optMap(x,", "'x'.matches(", "x.all(i,v,",
        ])
    func long(part: String) {
        let text = String(repeating: part, count: 65_536 / part.utf8.count)
        let clock = ContinuousClock()
        let start = clock.now
        for whole in [text, text + "1", text + "1" + String(repeating: ")", count: 100)] {
            _ = Result { try Expression.parse(String(whole.prefix(65_536))).evaluate(in: ["a": true] as ValueMap) }
        }
        #expect(clock.now - start < .seconds(20))
    }

    private static let punctuation = Array("()[]{}.,:?!-+*/%<>=&|'\"\\`xu0 ".utf8)

    private static func mutated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<max(bytes.count, 1), using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1 where !bytes.isEmpty: bytes.remove(at: place)
            case 2: bytes.insert(punctuation.randomElement(using: &generator) ?? 0, at: place)
            case 3: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + 5))
            }
        }
        return bytes
    }
}
