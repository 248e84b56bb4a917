import ExhaustCore
import ExhaustTestSupport
import Glibc
import Logging
import Testing

@testable import ExhaustRuntime

/// An outbox with a spool in a folder of its own, and what arrived of it.
struct SpoolFixture {
    let outlet = RecordingOutlet()
    let outbox: Outbox
    let folder: String

    /// Starts in `folder`, on what another start left there.
    init(
        _ folder: String, start: String = "a", limits: Outbox.Limits = .small,
        _ change: (inout SpoolConfiguration) -> Void = { _ in }
    ) throws {
        var spool = SpoolConfiguration(directory: folder)
        spool.interval = .milliseconds(10)
        spool.maxBytes = 8 << 20
        change(&spool)
        self.folder = folder
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        outbox = try Outbox(
            source: EventSource(host: .localhost, role: "emitter-test", incarnation: start), host: .localhost,
            type: .perf, outlet: outlet, limits: limits, spool: spool, folder: folder, logger: logger)
    }

    /// Does `body` while the outbox runs, then ends it as a shutdown does that the broker does not wait for.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [outbox] in
                do { try await outbox.run() } catch is CancellationError {}
            }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Hands over records number `range`, of about 100 bytes each besides their envelopes.
    func accept(_ range: ClosedRange<Int>) async throws {
        for number in range { try await outbox.accept(Self.record(number)) }
    }

    static func record(_ number: Int) -> TelemetryRecord {
        TelemetryRecord(
            time: Timestamp(seconds: Int64(number)),
            data: ["n": .int(Int64(number)), "text": .string(String(repeating: "x", count: 80))])
    }

    /// The numbers of the records that arrived, in order, and what gaps told.
    var arrived: (numbers: [Int], lost: Int) {
        let events = outlet.batches.flatMap(\.self)
        let gaps = events.filter { $0.type == .gap }.compactMap { $0.data["count"]?.int }
        return (events.compactMap { $0.data["n"]?.int }.map(Int.init), Int(gaps.reduce(0, +)))
    }

    /// The segments in a spool's folder.
    static func segments(in folder: String) throws -> [String] {
        try SpoolFiles.names(in: folder).filter { $0.hasSuffix(".segment") }.sorted()
    }

    /// Copies a spool as a crash would leave it: the state first, since what it refers to may be gone a moment later.
    static func copy(_ folder: String, to other: String) throws {
        try SpoolFiles.makeFolder(other)
        for name in try ["state"] + segments(in: folder) {
            guard let bytes = try? SpoolFiles.read("\(folder)/\(name)") else { continue }  // deleted meanwhile
            let file = open("\(other)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            defer { close(file) }
            try SpoolFiles.write(file, bytes, at: 0, path: name)
        }
    }
}

extension Outbox.Limits {
    /// Little memory and small batches.
    static var small: Outbox.Limits {
        var limits = Outbox.Limits()
        limits.pendingBytes = 64 << 10
        limits.batchBytes = 2 << 10
        return limits
    }
}
