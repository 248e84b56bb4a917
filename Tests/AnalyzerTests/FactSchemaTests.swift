import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Schema of exhaust.fact")
struct FactSchemaTests {
    @Test("Facts of every detector and transition fit docs/schemas/exhaust.fact.json")
    func fits() throws {
        let top = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let schema = try JSONReader.parse(FileContent.read(top + "/docs/schemas/exhaust.fact.json"))
        let data = try #require(schema["properties"]?["data"])
        let known = Set(data["properties"]?.map?.keys ?? [])
        let required = Set(data["required"]?.list?.compactMap(\.string) ?? [])
        var seen: Set<String> = []
        var transitions: Set<String> = []
        for event in try events() {
            let keys = Set(event.data.keys)
            #expect(keys.isSubset(of: known) && required.isSubset(of: keys))
            seen.formUnion(keys)
            transitions.insert(event.data["transition"]?.string ?? "")
            let attributes = try JSONReader.parse(EventJSON.encode(event))
            for name in schema["required"]?.list?.compactMap(\.string) ?? [] { #expect(attributes[name] != nil) }
        }
        #expect(seen == known, "a property that nothing makes")
        #expect(transitions == ["raised", "updated", "cleared"])
    }

    private func events() throws -> [Event] {
        var bench = try Bench(
            """
            - {fact: a, on: exhaust.perf, detect: {threshold: {value: data.n, above: 1}}, summary: '{{ value }}'}
            - {fact: b, on: exhaust.perf, ttl: 1m, detect: {count: {above: 1, within: 1m}}}
            - {fact: c, on: exhaust.perf, detect: {absence: {within: 1m}}}
            - {fact: d, on: exhaust.perf, ttl: 1m, severity: critical}
            - {fact: e, on: exhaust.fact, detect: {correlate: {facts: 'true', above: 1, within: 1m, suppress: true}}}
            """)
        for (second, number) in [2, 2, 2, 0, 2, 0, 2, 0, 2, 0].enumerated() {
            try bench.feed(.perf, at: Double(second) * 15, ["n": .int(Int64(number))])
        }
        bench.advance(to: 200)
        return bench.output
    }
}
