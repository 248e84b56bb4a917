import ExhaustCore
import Testing

@Suite("Hostile expressions")
struct MutationTests {
    private static let seeds = [
        "data[\"process.command\"] == 'nginx' && data.exit_signal != 0 || !(type in ['a', \"b\"])",
        "[1, 2u, 3.5e-3, 0x1f].filter(x, x > -9223372036854775808).map(y, y % 2 == 0, string(y) + b'\\x00')",
        "has(a.b) ? {'k': [true, null]}.`k-1`[0] : r'\\raw' + '''tri\nple'''",
        "data.disks.exists_one(d, d.used >= 0.85 && d.at.lowerAscii().contains(\"/mnt\")) // end",
        "a {{ host }} b {{ {'x': size([1, 2])} }} c",
    ]

    @Test("20,000 mutations neither crash the parser nor the evaluator, and errors point into the text")
    func mutations() {
        var generator = SeededGenerator(seed: 7)
        let bindings: ValueMap = ["data": ["disks": []], "host": "web-01", "a": [:]]
        var parsed = 0
        for round in 0..<20_000 {
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
        #expect(parsed > 500)
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
