import ExhaustCore
import ExhaustRuntime
import Testing

@testable import AcctEmitter

@Suite("cutting a file into records")
struct SplitterTests {
    private func items(_ bytes: [UInt8], chunk: Int) -> [PacctSplitter.Item] {
        var splitter = PacctSplitter()
        var items: [PacctSplitter.Item] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            splitter.append(bytes[start..<min(start + chunk, bytes.count)])
            while let item = splitter.next() { items.append(item) }
        }
        return items + (splitter.finish().map { [.skipped($0)] } ?? [])
    }

    @Test("the pieces in which a file comes make no difference", arguments: [1, 7, 63, 64, 65, 1000, 100_000])
    func chunksDoNotMatter(chunk: Int) throws {
        let bytes = try Fixture.bytes("linux-6.18.pacct")
        let found = items(bytes, chunk: chunk)
        #expect(found.count == bytes.count / 64)
        for (index, item) in found.enumerated() {
            let record = try AcctRecord.decode(bytes[(index * 64)...])
            #expect(item == .record(record, offset: UInt64(index * 64)))
        }
    }

    @Test("a record that is only partly there is waited for, and reported at the end")
    func waitsForTornRecord() throws {
        let bytes = try Fixture.bytes("linux-6.18.pacct")
        var splitter = PacctSplitter()
        splitter.append(bytes.prefix(64 + 40))
        #expect(splitter.next() != nil)
        #expect(splitter.next() == nil)
        var torn = splitter
        #expect(torn.finish() == .init(offset: 64, count: 40, reason: .truncated(40)))
        splitter.append(bytes[104..<128])
        let whole = try AcctRecord.decode(bytes[64...])
        #expect(splitter.next() == .record(whole, offset: 64))
        #expect(splitter.offset == 128)
    }

    @Test("after part of a record the next whole ones are found, however far they are shifted")
    func findsRecordsAgain() throws {
        let bytes = try Fixture.bytes("linux-6.18.pacct")
        for kept in 1..<64 {
            let broken = Array(bytes[..<(64 + kept)] + bytes[128...])
            let found = items(broken, chunk: 1000)
            let lost = found.compactMap { if case .skipped(let skipped) = $0 { skipped } else { nil } }
            // What is left of the broken record may pass for one together with the next one's beginning.
            let records = found.count - lost.count
            #expect(records >= bytes.count / 64 - 2, "kept \(kept)")
            #expect(lost.map(\.count).reduce(0, +) + records * 64 == broken.count)
        }
    }

    @Test("a file of another version is refused as a whole, with its version")
    func refusesVersion2() throws {
        let bytes = [UInt8](repeating: 2, count: 640)
        #expect(items(bytes, chunk: 100) == [.skipped(.init(offset: 0, count: 640, reason: .version(2)))])
    }

    @Test("any bytes are all accounted for, as records or as skipped")
    func survivesMutations() throws {
        let original = Array(try Fixture.bytes("linux-6.18.pacct").prefix(256))
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: position)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
                }
            }
            var count = 0
            var telemetry = RecordTelemetry(names: NameCache(user: { _ in nil }, group: { _ in nil }))
            var clock = ExitClock()
            for item in items(bytes, chunk: 4096) {
                switch item {
                case .record(let record, let offset):
                    #expect(Int(offset) == count)
                    count += 64
                    _ = telemetry.data(of: record, now: clock.end(of: record))
                case .skipped(let skipped):
                    #expect(Int(skipped.offset) == count)
                    count += skipped.count
                }
            }
            #expect(count == bytes.count)
        }
    }
}
