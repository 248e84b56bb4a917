import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Logging
import Testing

@testable import Analyzer

@Suite("A snapshot on disk")
struct StateFolderTests {
    private let sources = MemorySources()

    private func keeper(_ folder: StateFolder) throws -> AnalyzerKeeper {
        let sources = sources
        let site = StateSite(
            host: try HostID.of("central"), partitions: 1,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, counters: Counters(),
            now: { sources.now })
        return AnalyzerKeeper(folder, StateConfiguration(), sources, at: site)
    }

    /// A state with a half-full window, of which the next event raises the fact.
    private func state() throws -> EngineState<AnalyzerEngine> {
        let rules = "- {fact: f, on: exhaust.syslog, detect: {count: {above: 1, within: 1h}}, ttl: 1h}"
        return EngineState(
            AnalyzerEngine(
                rules: try Bench.rules(rules),
                factory: EventFactory(source: EventSource(host: .localhost, role: "analyzer"), seed: 1)))
    }

    private func event(_ id: Int) -> Event {
        Event(
            type: .syslog, source: "//web-01/test/0", id: "\(id)", time: sources.now,
            host: HostID("web-01") ?? .localhost)
    }

    /// How many facts the second of two events gives, if the state was kept in between and `spoil` has seen the file.
    private func facts(_ spoil: (String) throws -> Void) async throws -> Int {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        sources.now = Bench.time(0)
        let folder = try StateFolder(directory.path)
        var first = try state()
        var old = try keeper(folder)
        _ = try await old.rebuild([0], in: &first)
        #expect(first.engine.handle(event(1), now: sources.now).isEmpty)
        first.handled[0] = sources.now
        await old.close(first)
        try spoil("\(directory.path)/snapshot")
        sources.now = Bench.time(1)
        var second = try state()
        var new = try keeper(folder)
        _ = try await new.rebuild([0], in: &second)
        return second.engine.handle(event(2), now: sources.now).count
    }

    @Test("a half-full window survives")
    func survives() async throws { #expect(try await facts { _ in } == 1) }

    @Test("one that is damaged, cut short or of another form is set aside, and the analyzer begins anew")
    func spoiled() async throws {
        let damages: [(inout [UInt8]) -> Void] = [
            { $0[$0.count / 2] ^= 1 }, { $0.removeLast(3) }, { $0[8] = 99 }, { $0 = [] }, { $0 = Array("junk".utf8) },
        ]
        for damage in damages {
            let count = try await facts { path in
                var bytes = try FileContent.read(path)
                damage(&bytes)
                try DurableFile.replace(path, with: bytes)
            }
            #expect(count == 0)
        }
    }

    @Test("a folder belongs to one process")
    func lock() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let folder = try StateFolder(directory.path)
        #expect(throws: ExhaustError.self) { try StateFolder(folder.path) }
    }
}
