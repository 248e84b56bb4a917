import ExhaustCore
import ExhaustRuntime
import Glibc
import Synchronization

@testable import SyslogEmitter

/// What several suites of this folder share.
enum Fixtures {
    /// The received time of every test that does not say otherwise: a Monday in the second half of a year.
    static let received = Timestamp(seconds: 1_795_417_200)  // 2026-11-23T07:00:00Z

    static let parser = MessageParser(zone: .fixed(0))
    static let maker = RecordMaker(zone: .fixed(0), aheadLimit: .seconds(86_400))

    /// The frames of `bytes`, fed in one piece.
    static func frames(_ bytes: [UInt8], limit: Int = 65_536) -> [Frame] {
        frames([bytes], limit: limit)
    }

    /// The frames of a stream that arrives in `pieces`.
    static func frames(_ pieces: [[UInt8]], limit: Int = 65_536) -> [Frame] {
        var decoder = FrameDecoder(limit: limit)
        var frames = pieces.flatMap { piece in piece.withUnsafeBytes { decoder.append($0) } }
        if let last = decoder.finish() { frames.append(last) }
        return frames
    }

    /// The record of one line.
    static func record(_ line: String, local: Bool = false) -> TelemetryRecord {
        record(Array(line.utf8), local: local)
    }

    /// The record of one message.
    static func record(_ bytes: [UInt8], local: Bool = false) -> TelemetryRecord {
        maker.record(of: Frame(bytes: bytes), from: Origin(transport: local ? "unix" : nil), received: received)
    }

    /// A time as RFC 3339 has it; a misspelt one fails the test that compares with it.
    static func time(_ text: String) -> Timestamp? { Timestamp(rfc3339: text) }
}

/// Keeps records; room for as many as `capacity` says.
final class ListSink: RecordSink {
    private let state: Mutex<(records: [TelemetryRecord], capacity: Int)>

    init(capacity: Int = .max) { state = Mutex(([], capacity)) }

    var records: [TelemetryRecord] { state.withLock { $0.records } }
    /// The messages, in order.
    var messages: [String] { records.compactMap { $0.data["message"]?.string } }

    func setCapacity(_ capacity: Int) { state.withLock { $0.capacity = capacity } }

    func offer(_ record: TelemetryRecord) -> Bool {
        state.withLock { state in
            guard state.records.count < state.capacity else { return false }
            state.records.append(record)
            return true
        }
    }

    func accept(_ record: TelemetryRecord) async throws {
        while !offer(record) { try await Task.sleep(for: .milliseconds(5)) }
    }
}
