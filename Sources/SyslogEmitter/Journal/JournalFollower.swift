import ExhaustCore
package import ExhaustRuntime
import Glibc
package import Logging

/// Follows systemd's journal through a `journalctl` that exports it, and publishes every entry.
///
/// The journal keeps what was read, so the cursor up to which the broker has confirmed is saved, and the program is
/// started from there, again and again if it dies. Reading blocks, so it wants a thread of its own.
package final class JournalFollower {
    private static let longestWait: Int32 = 200
    private static let saveInterval: Duration = .seconds(1)
    private static let longestGoodbye: Duration = .seconds(5)

    private let rule: JournalRule
    private let stateFile: String
    private let messageBytes: @Sendable () -> Int
    private let makeFeed: @Sendable (Numbering?) throws -> Feed
    private let gaps: any RecordSink
    private let logger: Logger
    private let pauses: ClosedRange<Duration>
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    private let begun = Timestamp.now()
    /// The emitter's program: what it writes to the journal itself must not come back.
    private let ownProgram: String
    /// The entry that was handed over last.
    private var cursor: String?
    private var feed: Feed?
    private var leaving: [Feed] = []
    private var marks: [(last: UInt64, cursor: String)] = []
    /// The number of the last event up to which the saved position is.
    private var saved: UInt64 = 0
    private var nextSave = ContinuousClock.now
    private var pause: Duration
    /// Whether the next entry should be the one at the cursor.
    private var isAtCursor = false
    /// Whether a new entry came since the program was started.
    private var hasRead = false

    /// A follower that keeps its cursor in `stateFile`. What the journal no longer has goes to `gaps`.
    package init(
        _ rule: JournalRule, stateFile: String, messageBytes: @escaping @Sendable () -> Int,
        feeds: @escaping @Sendable (Numbering?) throws -> Feed, gaps: any RecordSink, logger: Logger,
        pauses: ClosedRange<Duration> = .milliseconds(500) ... .seconds(30)
    ) {
        self.rule = rule
        self.stateFile = stateFile
        self.messageBytes = messageBytes
        makeFeed = feeds
        self.gaps = gaps
        self.logger = logger
        self.pauses = pauses
        pause = pauses.lowerBound
        var path = [UInt8](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count)
        ownProgram = String(decoding: path.prefix(max(0, length)), as: UTF8.self)
    }

    deinit { buffer.deallocate() }

    /// Follows until the task is cancelled; with `once`, reads what there is.
    package func run(once: Bool = false) async throws {
        do {
            if let known = try JournalPosition(file: stateFile) {
                cursor = known.cursor
                feed = try makeFeed(known.numbering)
                saved = known.numbering.last
            }
        } catch let error as ExhaustError {
            logger.warning("the saved position is of no use", metadata: ["error.message": "\(error)"])
        }
        do {
            while !Task.isCancelled {
                let isDone = try await export(once: once)
                if once, isDone { break }
                try await rest()
            }
        } catch is CancellationError {}  // stopped while the outbox was full; the journal keeps the rest
        for feed in leaving + [feed].compactMap(\.self) { await feed.end(within: Self.longestGoodbye) }
        save()
    }

    /// Whether all that is in the journal now is to be passed over.
    private var isFromEnd: Bool { rule.from == .end && feed == nil && cursor == nil }

    /// Waits before the program is started again, longer each time that it brings nothing.
    private func rest() async throws {
        pause = hasRead ? pauses.lowerBound : min(pause * 2, pauses.upperBound)
        let end = ContinuousClock.now + pause
        while ContinuousClock.now < end {
            try Task.checkCancellation()
            if nextSave <= .now { save() }
            usleep(20_000)
        }
    }

    /// Reads one run of the program to its end; gives whether it ended well.
    private func export(once: Bool) async throws -> Bool {
        hasRead = false
        isAtCursor = cursor != nil
        var export = JournalExport(limit: messageBytes())
        do {
            let process = try ExportProcess(rule.command(at: cursor, fromEnd: isFromEnd, once: once))
            while true {
                try Task.checkCancellation()
                if nextSave <= .now { save() }
                switch process.read(into: buffer, waiting: Self.longestWait) {
                case .nothing: continue
                case .bytes(let count):
                    for entry in try export.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
                        try await take(entry)
                    }
                case .end:
                    let end = process.wait()
                    if once, end == "status 0" { return true }
                    logger.warning("the journal's export ended", metadata: ["process.end": "\(end)"])
                    return false
                }
            }
        } catch let error as ExhaustError where error.code == .unavailable || error.code == .invalidData {
            logger.warning("the journal cannot be read", metadata: ["error.message": "\(error)"])
            return false
        }
    }

    private func take(_ entry: JournalEntry) async throws {
        guard let place = entry.text("__CURSOR") else { return }
        if isAtCursor {
            isAtCursor = false
            if place == cursor { return }
            try await tellGap()
        } else if isFromEnd, entry.received.map({ $0 < begun }) ?? false {
            // The last one that was there before: reading begins behind it.
            try begin(at: place)
            return
        }
        guard entry.text("_EXE") != ownProgram else { return }
        if feed == nil { try begin(at: cursor) }
        guard let feed else { return }
        try await feed.accept(entry.telemetry(now: .now(), limit: messageBytes()))
        cursor = place
        hasRead = true
        if feed.taken.last % 64 == 0 { marks.append((feed.taken.last, place)) }
    }

    /// The entry at the cursor is gone, and what came behind it may be. How much that was, nobody knows.
    private func tellGap() async throws {
        let now = Timestamp.now()
        try await gaps.accept(
            TelemetryRecord(
                type: .gap, time: now,
                data: [
                    "kind": "syslog.journal_lost", "count": 1,
                    "reason": "the journal no longer has the entry that was read last, nor perhaps some behind it",
                    "since": .string(now.description),
                ]))
        // What comes now is not what would have had the next names.
        if let feed {
            feed.finish()
            leaving.append(feed)
        }
        feed = nil
        marks = []
    }

    /// Makes new names, and saves them before anything comes under them.
    private func begin(at place: String?) throws {
        let feed = try makeFeed(nil)
        self.feed = feed
        cursor = place
        saved = feed.taken.last
        save(JournalPosition(cursor: place, numbering: feed.taken))
    }

    private func save() {
        nextSave = .now + Self.saveInterval
        guard let feed else { return }
        let (confirmed, taken) = (feed.confirmed, feed.taken)
        let done = marks.prefix { $0.last <= confirmed }
        let mark = confirmed == taken.last ? cursor.map { (taken.last, $0) } : done.last
        marks.removeFirst(done.count)
        guard let (last, cursor) = mark, last > saved else { return }
        saved = last
        save(JournalPosition(cursor: cursor, numbering: Numbering(source: taken.source, last: last)))
    }

    private func save(_ position: JournalPosition) {
        do { try position.save(stateFile) } catch {
            logger.warning("the position is not saved", metadata: ["error.message": "\(error)"])
        }
    }
}
