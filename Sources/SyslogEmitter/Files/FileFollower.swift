import ExhaustCore
package import ExhaustRuntime
import Glibc
package import Logging

/// Follows files through rotation, truncation and restarts, and publishes every message in them.
///
/// The files are their own spool: what was read counts as published once the broker has confirmed it, and the position
/// up to which that is so is saved. Each file has event names of its own, which go with its position: what is read
/// again after a crash comes under its old names.
///
/// All of it blocks, so it wants a thread of its own.
package final class FileFollower {
    /// What may change while it runs.
    package struct Settings: Sendable {
        package var records: FileRecords
        /// How much of a message is kept; of files that are opened from now on.
        package var messageBytes: Int

        package init(records: FileRecords, messageBytes: Int) {
            self.records = records
            self.messageBytes = messageBytes
        }
    }

    /// How often to look for files, and for what the kernel does not tell of.
    static let scanInterval: Duration = .seconds(1)
    private static let longestWait: Duration = .milliseconds(200)
    /// Files that others write beside these must not make the loop spin.
    private static let shortestTurn: Duration = .milliseconds(5)
    /// How long a group of lines that may go on is waited for.
    private static let groupPatience: Duration = .seconds(1)
    /// How long a file is held that has no name any more, or one that no rule looks for: its writer may not know yet.
    static let farewell: Duration = .seconds(10)

    let finder: FileFinder
    let limit: Int
    let stateFile: String
    let boot: String
    let settings: @Sendable () -> Settings
    let makeFeed: @Sendable (Numbering?) throws -> Feed
    private let gaps: any RecordSink
    private let goodbye: Duration
    let logger: Logger
    let watch = FileWatch()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    var book = PositionBook()
    var files: [FollowedFile] = []
    /// Ways out of files that are done with.
    var leaving: [Feed] = []
    var isDue = true
    var hasNews = false
    var nextScan = ContinuousClock.now
    private var nextTurn = ContinuousClock.now
    var nextCheckpoint = ContinuousClock.now
    private var failures: [String: String] = [:]

    /// A follower of what `rules` name, with at most `openFiles` open at once.
    ///
    /// - Parameters:
    ///   - stateFile: keeps the positions.
    ///   - gaps: takes what is known to be lost.
    ///   - goodbye: the longest wait for confirmations at the end; what is not confirmed then is sent again after the
    ///     next start.
    package init(
        rules: [FileRule], openFiles: Int, stateFile: String, boot: String,
        settings: @escaping @Sendable () -> Settings, feeds: @escaping @Sendable (Numbering?) throws -> Feed,
        gaps: any RecordSink, logger: Logger, goodbye: Duration = .seconds(5)
    ) {
        finder = FileFinder(rules: rules)
        limit = openFiles
        self.stateFile = stateFile
        self.boot = boot
        self.settings = settings
        makeFeed = feeds
        self.gaps = gaps
        self.logger = logger
        self.goodbye = goodbye
    }

    deinit { buffer.deallocate() }

    /// Follows the files until the task is cancelled; with `once`, reads what they hold.
    package func run(once: Bool = false) async throws {
        do {
            book = try PositionBook(stateFile, boot: boot)
        } catch {
            logger.warning(
                "the saved positions are of no use: files are read from their start",
                metadata: ["error.message": "\(error)"])
            book.rules = Set(finder.rules.map(\.path))
        }
        do {
            while !Task.isCancelled {
                try await scanIfDue()
                var isIdle = true
                for file in files { if try await turn(file) { isIdle = false } }
                checkpoint()
                if isIdle, once {
                    for file in files where file.isHolding { try await flush(file) }
                    break
                }
                if isIdle { rest() }
            }
        } catch is CancellationError {}  // stopped while the outbox was full; the files keep the rest
        await end()
    }

    /// Waits for news.
    private func rest() {
        if watch.wait(watch.isWatching ? Self.longestWait : Self.longestWait / 4) { isDue = true }
        let early = nextTurn - .now
        if early > .zero { usleep(UInt32(clamping: early.inMilliseconds * 1000)) }
        nextTurn = .now + Self.shortestTurn
    }

    private func end() async {
        let (feeds, goodbye) = (files.map(\.feed) + leaving, goodbye)
        await withTaskGroup(of: Void.self) { group in
            for feed in feeds {
                group.addTask(executorPreference: globalConcurrentExecutor) { await feed.end(within: goodbye) }
            }
        }
        hasNews = true
        checkpoint(isLast: true)
    }
}

// Reading.
extension FileFollower {
    /// Takes the next piece of a file; gives whether there was any.
    private func turn(_ file: FollowedFile) async throws -> Bool {
        if let predecessor = file.predecessor {
            // Confirmed too: the two have ways out of their own, and one may overtake the other.
            guard predecessor.isAtEnd, predecessor.feed.isEmpty else { return false }
            file.predecessor = nil
        }
        let look: FollowedFile.Look
        var items: [RecordSplitter.Item] = []
        do throws(ExhaustError) {
            look = try file.look()
            if case .more = look { items = try file.read(into: buffer) }
        } catch {
            report(error, of: file.path)
            for other in files where other.predecessor === file { other.predecessor = nil }
            return false
        }
        switch look {
        case .more:
            try await publish(items, of: file)
            return true
        case .end:
            let isOver = file.hasLeft && file.quiet > Self.farewell
            if file.isHolding, isOver || (!file.isInLine && file.quiet > Self.groupPatience) { try await flush(file) }
            return false
        case .replaced(let lost):
            try await restart(file, lost: lost)
            return true
        }
    }

    private func publish(_ items: [RecordSplitter.Item], of file: FollowedFile) async throws {
        guard !items.isEmpty else { return }
        let (records, now) = (settings().records, Timestamp.now())
        for item in items {
            try await file.feed.accept(
                records.record(
                    item, path: file.path, inode: file.state.identity.inode, rule: file.rule, received: now))
            file.handedOver(to: item.range.upperBound)
        }
    }

    /// Ends a message that may not be whole. Where, must be known after a crash, when it would otherwise be another one
    /// under the same name.
    private func flush(_ file: FollowedFile) async throws {
        file.cut()
        save()
        try await publish(file.flush(), of: file)
    }

    /// Begins again with a file that was cut short.
    private func restart(_ file: FollowedFile, lost: UInt64) async throws {
        logger.notice(
            "a file was cut short and is read from its start",
            metadata: ["file.path": "\(file.path)", "bytes.lost": "\(lost)"])
        try await publish(file.flush(), of: file)
        file.feed.finish()
        leaving.append(file.feed)
        if lost > 0 { try await tellLoss(lost, of: file.path, "was cut short") }
        let new = try FollowedFile(
            file.file, path: file.path, rule: file.rule, state: file.file.state(), offset: 0, cuts: [],
            feed: makeFeed(nil), limit: settings().messageBytes)
        new.isMatched = file.isMatched
        for index in files.indices where files[index] === file { files[index] = new }
        for other in files where other.predecessor === file { other.predecessor = new }
        save()
    }

    /// How many messages it were cannot be known.
    func tellLoss(_ bytes: UInt64, of path: String, _ event: String) async throws {
        let now = Timestamp.now()
        try await gaps.accept(
            TelemetryRecord(
                type: .gap, time: now,
                data: [
                    "kind": "syslog.file_lost", "count": 1,
                    "reason": .string("\(path) \(event) with at least \(bytes) bytes that were not read"),
                    "since": .string(now.description),
                ]))
    }

    /// Says a failure once, until it is another one.
    func report(_ error: ExhaustError, of path: String) {
        guard failures.updateValue(error.message, forKey: path) != error.message else { return }
        logger.warning("a file cannot be read", metadata: ["error.message": "\(error)"])
    }
}
