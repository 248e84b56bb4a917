package import ExhaustCore
package import ExhaustRuntime
import Glibc
package import Logging

/// Follows the kernel's log and publishes every record; on the first start all that the kernel still has.
///
/// The kernel counts its records, so that what it has overwritten before it was read is known to the record. Reading
/// blocks, so it wants a thread of its own.
package final class KernelFollower {
    /// The greatest record that the kernel makes (PRINTKRB_RECORD_MAX, CONSOLE_EXT_LOG_MAX).
    private static let recordBytes = 8192
    private static let longestWait: Int32 = 200
    private static let saveInterval: Duration = .seconds(1)
    private static let longestGoodbye: Duration = .seconds(5)

    private static let device = "/dev/kmsg"

    private let stateFile: String
    private let boot: String
    private let messageBytes: @Sendable () -> Int
    private let makeFeed: @Sendable (Numbering?) throws -> Feed
    private let gaps: any RecordSink
    private let logger: Logger
    private let started: @Sendable () -> Timestamp
    /// The sequence of the record that should come next; `nil` before the first of this boot.
    private var next: UInt64?
    private var feed: Feed?
    private var leaving: [Feed] = []
    /// The numbers of events, and the sequences behind their records.
    private var marks: [(last: UInt64, next: UInt64)] = []
    private var last: Timestamp?
    private var nextSave = ContinuousClock.now

    /// A follower that keeps its position in `stateFile`. What the kernel has overwritten goes to `gaps`.
    package init(
        stateFile: String, boot: String, messageBytes: @escaping @Sendable () -> Int,
        feeds: @escaping @Sendable (Numbering?) throws -> Feed, gaps: any RecordSink, logger: Logger,
        started: (@Sendable () -> Timestamp)? = nil
    ) {
        self.stateFile = stateFile
        self.boot = boot
        self.messageBytes = messageBytes
        makeFeed = feeds
        self.gaps = gaps
        self.logger = logger
        self.started = started ?? { BootClock.started() }
    }

    /// Follows until the task is cancelled; with `once`, reads what there is.
    package func run(once: Bool = false) async throws {
        let descriptor = open(Self.device, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ExhaustError(
                errno == EACCES || errno == EPERM ? .notPermitted : .noInput, errno: errno,
                "cannot open the kernel's log", at: Self.device, advice: "run it as root or give it CAP_SYSLOG")
        }
        defer { close(descriptor) }
        try await run(descriptor, once: once)
    }

    /// Follows what is open for reading without waiting.
    func run(_ descriptor: Int32, once: Bool) async throws {
        try takeOver()
        do {
            try await follow(descriptor, once: once)
        } catch is CancellationError {}  // stopped while the outbox was full; the kernel keeps the rest
        for feed in leaving + [feed].compactMap(\.self) { await feed.end(within: Self.longestGoodbye) }
        save()
    }

    private func takeOver() throws {
        var known: KernelPosition?
        do { known = try KernelPosition(file: stateFile) } catch {
            logger.warning("the saved position is of no use", metadata: ["error.message": "\(error)"])
        }
        guard let known, known.boot == boot else { return }
        next = known.next
        feed = try makeFeed(known.numbering)
    }

    private func follow(_ descriptor: Int32, once: Bool) async throws {
        var buffer = [UInt8](repeating: 0, count: Self.recordBytes + 1)
        while !Task.isCancelled {
            if nextSave <= .now { save() }
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                try await take(buffer[..<count])
                continue
            }
            switch count == 0 ? EAGAIN : errno {
            case EAGAIN:
                if once { return }
                var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&request, 1, Self.longestWait)
            // The record that was next has been overwritten; reading goes on with the oldest.
            case EPIPE, EINTR: continue
            case let number:
                throw ExhaustError(.inputOutput, errno: number, "cannot read the kernel's log", at: Self.device)
            }
        }
    }

    private func take(_ bytes: ArraySlice<UInt8>) async throws {
        guard let record = KernelRecord(bytes) else {
            logger.warning("a record of the kernel's log has not the form that it should")
            return
        }
        if let next {
            guard record.sequence >= next else { return }
            if record.sequence > next { try await tellGap(record.sequence - next) }
        }
        let now = Timestamp.now()
        let feed = try feed ?? begin(at: record.sequence)
        try await feed.accept(
            record.telemetry(started: origin(), boot: boot, received: now, limit: messageBytes()))
        next = record.sequence + 1
        marks.append((feed.taken.last, record.sequence + 1))
    }

    /// When the log's clock was at zero. That moves if the machine sleeps or its clock is set, and else only seems to.
    private func origin() -> Timestamp {
        let now = started()
        if let last, abs((now - last).inMilliseconds) < 10 { return last }
        last = now
        return now
    }

    /// After a gap names begin anew, since what comes now is not what would have had the next ones.
    private func tellGap(_ count: UInt64) async throws {
        let now = Timestamp.now()
        try await gaps.accept(
            TelemetryRecord(
                type: .gap, time: now,
                data: [
                    "kind": "syslog.kmsg_overwritten", "count": .int(Int64(clamping: count)),
                    "reason": "the kernel had overwritten records of its log before they were read",
                    "since": .string(now.description),
                ]))
        guard let feed else { return }
        feed.finish()
        leaving.append(feed)
        leaving.removeAll(where: \.isEmpty)
        self.feed = nil
        marks = []
    }

    /// Makes new names, and saves them before anything comes under them.
    private func begin(at sequence: UInt64) throws -> Feed {
        let feed = try makeFeed(nil)
        self.feed = feed
        save(KernelPosition(boot: boot, next: sequence, numbering: feed.taken))
        return feed
    }

    private func save() {
        nextSave = .now + Self.saveInterval
        guard let feed else { return }
        let confirmed = feed.confirmed
        let done = marks.prefix { $0.last <= confirmed }
        guard let mark = done.last else { return }
        marks.removeFirst(done.count)
        save(
            KernelPosition(
                boot: boot, next: mark.next,
                numbering: Numbering(source: feed.taken.source, last: mark.last)))
    }

    private func save(_ position: KernelPosition) {
        do { try position.save(stateFile) } catch {
            logger.warning("the position is not saved", metadata: ["error.message": "\(error)"])
        }
    }
}
