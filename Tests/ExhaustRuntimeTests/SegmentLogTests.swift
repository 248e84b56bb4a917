import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import ExhaustRuntime

/// The log on disk against damage of every kind: nothing ends the process, what is sound is read in order, and what is
/// lost is counted.
@Suite("The segment log", .timeLimit(.minutes(2)))
final class SegmentLogTests {
    private let directory: TemporaryDirectory
    private var folder: String { "\(directory.path)/spool" }

    init() throws { directory = try TemporaryDirectory() }

    deinit { directory.remove() }

    private func batch(_ number: Int, bytes: Int) -> EventBatch {
        EventBatch(
            type: .perf, source: "//localhost/emitter-test/a", host: .localhost,
            ids: UInt64(number * 10)...UInt64(number * 10 + 9), count: 10, weight: 10, seconds: Int64(number),
            body: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes))
    }

    /// Writes `count` batches over several segments; gives the log's files and bytes.
    private func write(_ count: Int, using generator: inout SeededGenerator) throws -> [String] {
        let log = try SegmentLog(folder: folder, limit: 1 << 20)
        for number in 0..<count {
            _ = try log.append(batch(number, bytes: .random(in: 10...4000, using: &generator)))
        }
        try log.sync()
        return try SpoolFixture.segments(in: folder)
    }

    /// Opens the log and reads it to its end; gives the numbers of the batches, and the weight counted as lost.
    private func recover() throws -> (numbers: [Int], lost: UInt64) {
        let log = try SegmentLog(folder: folder, limit: 1 << 20)
        let remains = try SpoolRecovery.run(log) { _ in }
        var numbers: [Int] = []
        var position = remains.start
        var lost = remains.damaged
        reading: while true {
            switch log.read(at: position) {
            case .batch(let batch, let place):
                numbers.append(Int(batch.seconds))
                position = place.end
            case .damaged(let weight, let place):
                lost += weight
                position = place.end
            case .end: break reading
            }
        }
        #expect(numbers.count == remains.batches)
        return (numbers, lost)
    }

    private func clear() throws {
        for name in try SpoolFiles.names(in: folder) { unlink("\(folder)/\(name)") }
    }

    @Test("reads what it wrote, in order, over segments")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 1)
        let files = try write(300, using: &generator)
        #expect(files.count > 3)
        #expect(try recover() == (Array(0..<300), 0))
    }

    @Test("flipped bits lose what they hit, counted to the record, and nothing else", arguments: 1...60)
    func bitFlips(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        try? clear()  // the first time there is none
        let files = try write(200, using: &generator)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let path = "\(folder)/\(files[Int.random(in: 0..<(files.count - 1), using: &generator)])"
            let size = SpoolFiles.size(of: path)
            try damage(path, at: .random(in: 0..<size, using: &generator), bytes: .random(in: 1...60, using: &generator))
        }
        let (numbers, lost) = try recover()
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        #expect(UInt64(numbers.count) * 10 + lost == 2000, "\(numbers.count) read, \(lost) lost")
        // What was counted is known from then on.
        #expect(try recover() == (numbers, 0))
    }

    @Test("a cut file loses its tail alone", arguments: 1...40)
    func truncation(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        try? clear()  // the first time there is none
        let files = try write(200, using: &generator)
        let last = "\(folder)/\(files[files.count - 1])"
        let size = SpoolFiles.size(of: last)
        truncate(last, off_t(Int.random(in: 0...size, using: &generator)))
        let (numbers, lost) = try recover()
        #expect(numbers == Array(0..<numbers.count) && lost == 0)
        #expect(try recover() == (numbers, 0))
    }

    @Test("garbage for every file is passed over", arguments: 1...20)
    func garbage(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        try? clear()  // the first time there is none
        for name in try write(50, using: &generator) + ["state", SegmentHeader.name(of: 77)] {
            let bytes = (0..<Int.random(in: 0...9000, using: &generator)).map { _ in
                // Many beginnings of records.
                [0x45, 0x58, 0x52, 0x43, 0, 1, 255].randomElement(using: &generator) ?? 0 as UInt8
            }
            unlink("\(folder)/\(name)")
            let file = open("\(folder)/\(name)", O_WRONLY | O_CREAT, 0o600)
            defer { close(file) }
            try SpoolFiles.write(file, bytes, at: 0, path: name)
        }
        #expect(try recover().numbers == [])
        let log = try SegmentLog(folder: folder, limit: 1 << 20)
        _ = try log.append(batch(1, bytes: 10))
    }

    @Test("a damaged slot of the state leaves the other one")
    func stateSlots() throws {
        try SpoolFiles.makeFolder(folder)
        var file = try SpoolStateFile(folder: folder)
        var states: [SpoolState] = []
        for number in 1...5 as ClosedRange<UInt64> {
            var state = SpoolState()
            state.confirmed = LogPosition(segment: number, offset: 9)
            state.dropped = SpoolState.Loss(count: number, since: 7)
            state.gap = batch(3, bytes: 300)
            try file.save(state, sync: true)
            states.append(state)
        }
        file.close()
        #expect(SpoolStateFile.look(folder: folder) == states[4])
        try damage("\(folder)/state", at: 4096 + 40, bytes: 3)
        #expect(SpoolStateFile.look(folder: folder) == states[3])
        try damage("\(folder)/state", at: 40, bytes: 3)
        #expect(SpoolStateFile.look(folder: folder) == nil)
    }

    @Test("a person can look, verify, export and repair")
    func inspection() throws {
        var generator = SeededGenerator(seed: 4)
        let files = try write(100, using: &generator)
        let path = "\(folder)/\(files[0])"
        #expect(try SpoolInspection(folder: folder).read().damage.isEmpty)
        try damage(path, at: 3000, bytes: 8)
        var seen = 0
        let summary = try SpoolInspection(folder: folder).read { seen += $0.count }
        #expect(summary.events == seen && summary.events < 1000 && summary.batches * 10 == seen)
        #expect(summary.damage.count == 1 && summary.damage[0].description.hasPrefix("\(path):"))
        let (places, lost) = try SpoolInspection(folder: folder).repair()
        #expect(places.count == 1 && Int(lost) + seen == 1000)
        let after = try SpoolInspection(folder: folder).read()
        #expect(after.damage.isEmpty && after.events == seen && after.untold == lost)
        #expect(try SpoolFiles.names(in: folder).contains { $0.hasSuffix(".corrupt") })
        #expect(throws: ExhaustError.self) { try SpoolInspection(folder: directory.path) }
    }

    /// Inverts some bytes of a file.
    private func damage(_ path: String, at offset: Int, bytes count: Int) throws {
        let file = open(path, O_RDWR)
        defer { close(file) }
        let bytes = try SpoolFiles.read(file, at: offset, count: count, path: path).map { ~$0 }
        try SpoolFiles.write(file, bytes, at: offset, path: path)
    }
}
