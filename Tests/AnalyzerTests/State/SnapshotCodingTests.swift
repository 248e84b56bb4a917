import ExhaustCore
import Testing

@testable import Analyzer

/// What is written comes back, and what was damaged is an error and nothing worse.
@Suite("The coding of snapshots")
struct SnapshotCodingTests {
    /// Something of everything that may occur.
    private struct Sample: Codable, Equatable {
        enum Kind: Codable, Equatable {
            case plain
            case with(Int, text: String)
        }

        var numbers: [Int64] = [0, -1, .min, .max]
        var large = UInt64.max
        var small: UInt8 = 200
        var ratio = -0.1
        var texts = ["", "a", "a", String(repeating: "long ", count: 100), "\u{0}ü€😀"]
        var absent: Int?
        var optionals: [Int?] = [1, nil, 3]
        var time = Timestamp(seconds: -5, nanoseconds: 999_999_999)
        var span = Duration.milliseconds(-1500)
        var kinds: [Kind] = [.plain, .with(-7, text: "x")]
        var map: [String: [Int: Bool]] = ["k": [1: true, 2: false], "": [:]]
        var value: Value = [
            "list": [1, 2.5, "three", .null, true], "bytes": .bytes([0, 255]), "time": .timestamp(.init(seconds: 1)),
            "span": .duration(.seconds(9)), "huge": .uint(.max),
        ]
        var fields: ValueMap = ["process.command": "nginx"]
        var host = HostID.localhost
    }

    @Test("everything comes back as it was")
    func roundTrip() throws {
        let sample = Sample()
        #expect(try SnapshotDecoder.decode(Sample.self, from: SnapshotEncoder.encode(sample)) == sample)
    }

    @Test("a key that is not there is named, one that is not known is passed over")
    func keys() throws {
        struct Old: Codable { var gone = ["x"], kept = 1 }
        struct New: Codable { var kept: Int, added: Int? }
        struct Strict: Codable { var added: Int }
        let bytes = try SnapshotEncoder.encode(Old())
        #expect(try SnapshotDecoder.decode(New.self, from: bytes).kept == 1)
        #expect(throws: DecodingError.self) { try SnapshotDecoder.decode(Strict.self, from: bytes) }
    }

    @Test("damaged bytes are an error, or something else of the same shape")
    func damage() throws {
        let bytes = try SnapshotEncoder.encode(Sample())
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<3000 {
            var damaged = bytes
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: damaged.removeLast(Int.random(in: 1...damaged.count, using: &generator))
            case 1: damaged[Int.random(in: 0..<damaged.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8)
            default: damaged.insert(UInt8.random(in: 0...255, using: &generator), at: damaged.count / 2)
            }
            do {
                _ = try SnapshotDecoder.decode(Sample.self, from: damaged)
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }
}
