import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Testing

@testable import Analyzer

/// A fact survives: kill -9 at any point gives the same facts as an undisturbed run.
@Suite("A killed analyzer")
struct KilledAnalyzerTests {
    private static let partitions = 4
    /// A few; EXHAUST_KILL_SEEDS asks for more.
    private static let seeds = 1...(Machine.environment["EXHAUST_KILL_SEEDS"].flatMap { UInt64($0) } ?? 2)

    /// What the journal tells, as a multiset of name, key, transition and first evidence. What is told in between may
    /// be told at other moments.
    private func facts(
        _ day: RecordedDay, seed: UInt64, killEvery: Int, folder: String
    ) async throws -> (told: [String: Int], analyzer: KilledAnalyzer) {
        var analyzer = try KilledAnalyzer(
            Bench.rules(RecordedDay.rules), seed: seed, killEvery: killEvery, partitions: Self.partitions,
            folder: folder)
        try await analyzer.begin(at: RecordedDay.start)
        for message in day.messages { try await analyzer.deliver(message.events, at: message.time) }
        try await analyzer.pass(to: RecordedDay.start + .seconds(90_000))
        var told: [String: Int] = [:]
        // The evidence of a root are facts, which each process gives names of its own.
        var names: [EventIdentity: String] = [:]
        for event in analyzer.sources.told {
            let fact = try event.payload(Fact.self)
            guard fact.transition != .updated else { continue }
            let evidence = fact.transition == .raised ? fact.evidence.first : nil
            let text = evidence.map { names[$0] ?? "\($0.source) \($0.id)" } ?? ""
            let line = "\(fact.name) \(fact.key) \(fact.transition) \(text)"
            names[event.identity] = line
            told[line, default: 0] += 1
        }
        return (told, analyzer)
    }

    @Test("tells every fact of a day, and none twice", arguments: Self.seeds)
    func killed(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let day = RecordedDay(seed: seed, bursts: 20)
        let undisturbed = try await facts(day, seed: seed, killEvery: 0, folder: "\(directory.path)/calm")
        let killed = try await facts(day, seed: seed, killEvery: 40, folder: "\(directory.path)/killed")
        #expect(killed.analyzer.kills > 10)
        #expect(killed.analyzer.killsInReplay > 0 && killed.analyzer.killsInSnapshot > 0)
        #expect(undisturbed.told.count > 100)
        let names = Set(undisturbed.told.keys.compactMap { $0.split(separator: " ").first })
        #expect(names.count >= 12, "every rule has something to say: \(names)")
        let missing = undisturbed.told.filter { killed.told[$0.key, default: 0] < $0.value }
        let surplus = killed.told.filter { undisturbed.told[$0.key, default: 0] < $0.value }
        #expect(missing.isEmpty, "\(missing.keys.sorted().prefix(5))")
        #expect(surplus.isEmpty, "\(surplus.keys.sorted().prefix(5))")
    }
}
