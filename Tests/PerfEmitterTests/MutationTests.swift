import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import PerfEmitter

@Suite("garbage, truncated and hostile files")
struct MutationTests {
    /// Every file of the tree.
    private static let files = Fixture.files

    private func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: position)
            case 2: bytes.insert(contentsOf: Array("99999999999999999999".utf8), at: position)
            case 3: bytes.insert(UInt8.random(in: 32...63, using: &random), at: position)
            case 4: bytes.removeSubrange(position...)
            default: bytes.insert(contentsOf: bytes[position...].prefix(40), at: position)
            }
        }
        return bytes
    }

    @Test("no parser fails on any bytes, and what it accepts keeps within bounds")
    func parsersSurvive() throws {
        var random = SeededGenerator(seed: 2)
        for file in Self.files {
            let original = try FileContent.read("\(Fixture.host)/\(file)")
            for _ in 0..<300 {
                let bytes = mutate(original, &random)
                if let memory = MemoryInfo(ByteScanner(bytes)) {
                    #expect((0...1).contains(memory.utilization))
                    #expect(memory.used <= memory.total)
                }
                if let statistics = KernelStatistics(ByteScanner(bytes)) {
                    let shares = statistics.cpu.shares(since: CPUTimes()) ?? []
                    #expect(shares.allSatisfy { (0...1).contains($0.share) })
                }
                #expect(LoadAverage(ByteScanner(bytes))?.oneMinute.isFinite != false)
                _ = ProcessStatistics(ByteScanner(bytes))?.countedCommand
                _ = ProcessStatus(ByteScanner(bytes))
                _ = ProcessStatus.diskIO(ByteScanner(bytes))
                let selection = MountSelection(Mount.table(ByteScanner(bytes)))
                #expect(Set(selection.measured.map(\.point)).count == selection.measured.count)
            }
        }
    }

    @Test("a whole tree of garbage gives samples that fit the schema, or none")
    func samplerSurvives() throws {
        let schema = try JSONReader.parse(FileContent.read(Fixture.project + "/docs/schemas/exhaust.perf.json"))
        let data = try #require(schema["properties"]?["data"])
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        for folder in Fixture.folders { mkdir("\(directory.path)/\(folder)", 0o700) }
        var random = SeededGenerator(seed: 3)
        let roots = Roots.recorded(directory.path)
        var sampler = Sampler(roots)
        for _ in 0..<100 {
            for file in Self.files {
                try directory.write(mutate(FileContent.read("\(Fixture.host)/\(file)"), &random), to: file)
            }
            var check = SchemaCheck()
            check.check(.map(sampler.sample(at: .now()).data), data)
            #expect(check.problems == [])
            do { _ = try Sampler.timeOfRecording(roots).description } catch { #expect(error is ExhaustError) }
        }
    }
}
