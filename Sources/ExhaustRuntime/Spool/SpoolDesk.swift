import ExhaustCore
import Logging

/// What the spool's thread does, turn by turn.
struct SpoolDesk {
    private let configuration: SpoolConfiguration
    private let counters: Counters
    private let logger: Logger
    private var log: SegmentLog?
    private var nextOpening = ContinuousClock.now
    private var nextTry: ContinuousClock.Instant?
    private var reported: String?
    /// The cursor may lag, which costs duplicates after a crash; so it is saved only now and then.
    private var nextSave = ContinuousClock.now

    private static let pause = Duration.seconds(1)
    /// How much is read ahead of the sender.
    private static let readAhead = 1 << 20

    init(configuration: SpoolConfiguration, counters: Counters, logger: Logger) {
        self.configuration = configuration
        self.counters = counters
        self.logger = logger
    }

    var mustOpen: Bool { log == nil && nextOpening <= .now }

    /// Opens the folder and takes over what an earlier process left. Only a folder that another process has is an error;
    /// one that cannot be used now is tried again later.
    mutating func open(_ folder: String, _ outbox: Outbox) throws {
        do {
            let log = try SegmentLog(folder: folder, limit: configuration.maxBytes)
            let known = log.stateFile.state
            outbox.state.withLock { $0.losses.inherit(known) }
            let remains = try SpoolRecovery.run(log) { damaged in
                outbox.state.withLock { $0.noteDamaged(damaged, now: .now()) }
                save(log, outbox, confirmed: known.confirmed)
            }
            self.log = log
            outbox.state.withLock { state in
                state.backlog.recover(remains, end: log.end)
                state.sendLimit = log.pinLimit
                state.sendGap()
                state.isReady = true
            }
            tell(remains)
        } catch let failure as SpoolFailure {
            nextOpening = .now + Self.pause
            report(failure)
            outbox.state.withLock { $0.isReady = true }
        }
        outbox.changed()
    }

    private func tell(_ remains: SpoolRemains) {
        if remains.batches > 0 {
            logger.notice("spool holds batches of an earlier start", metadata: ["batches": "\(remains.batches)"])
        }
        for place in remains.damage { logger.error("spool is damaged here", metadata: ["file.path": "\(place)"]) }
        if remains.damaged > 0 {
            logger.error("events in the spool are lost by damage", metadata: ["events": "\(remains.damaged)"])
        }
    }

    /// One turn; in the last one everything unconfirmed goes to disk, however young.
    mutating func turn(_ outbox: Outbox, isLast: Bool) {
        guard let log else { return }
        if isLast || nextTry.map({ $0 <= .now }) ?? true { write(log, outbox, isLast: isLast) }
        read(log, outbox)
        let oldest = outbox.state.withLock { $0.backlog.oldestOnDisk }
        for segment in log.segments where oldest.map({ segment.number < $0.segment }) ?? true {
            log.remove(segment.number)
        }
        let hasGap = outbox.state.withLock { $0.makeGap(now: .now()) }
        if hasGap || isLast || nextSave <= .now {
            save(log, outbox, confirmed: oldest ?? log.end)
            nextSave = .now + Self.pause
        }
        outbox.state.withLock { $0.sendGap() }
        if hasGap { outbox.changed() }
    }

    /// When the next turn is due; `nil` if nothing waits for it.
    func due(_ outbox: Outbox) -> ContinuousClock.Instant? {
        guard log != nil else { return nextOpening }
        let (oldest, hasLoss) = outbox.state.withLock { state in
            let times = [state.backlog.oldestUnwritten, state.opened].compactMap(\.self)
            return (times.min(), !state.backlog.isEmpty || state.losses.hasNews)
        }
        let written = oldest.map { max($0 + configuration.interval, nextTry ?? $0) }
        // What is on disk is to be deleted some time after it is confirmed.
        let later = hasLoss || log?.segments.isEmpty == false ? ContinuousClock.now + configuration.interval : nil
        return [written, later].compactMap(\.self).min()
    }
}

// Writing.
extension SpoolDesk {
    private mutating func write(_ log: SegmentLog, _ outbox: Outbox, isLast: Bool) {
        let batches = outbox.state.withLock { state in
            let isUrgent = isLast || configuration.sync == .always || state.isBehind
            let instant = isUrgent ? ContinuousClock.now : .now - configuration.interval
            if let opened = state.opened, opened <= instant { state.seal() }
            return state.backlog.unwritten(before: instant)
        }
        guard !batches.isEmpty else { return trim(outbox) }
        var written: [UInt64] = []
        do {
            for held in batches {
                let place = try append(held.batch, to: log, outbox)
                written.append(held.number)
                outbox.state.withLock { $0.backlog.wrote(held.number, at: place) }
            }
            nextTry = nil
        } catch {
            nextTry = .now + configuration.interval
            report(error)
        }
        do {
            if configuration.sync != .never { try log.sync() }
            outbox.state.withLock { state in for number in written { state.backlog.madeDurable(number) } }
            counters.add("spool.batches", written.count)
            if nextTry == nil { recovered() }
        } catch {
            // What the disk has of it is unknown: it is written once more.
            outbox.state.withLock { state in for number in written { state.backlog.unwrite(number) } }
            nextTry = .now + Self.pause
            report(error)
        }
        trim(outbox)
    }

    private func trim(_ outbox: Outbox) {
        outbox.state.withLock { state in
            guard state.isShort || state.backlog.hasUnread else { return }
            state.backlog.trim(bytes: state.limits.pendingBytes / 4, events: state.limits.pendingEvents / 4)
        }
        outbox.changed()
    }

    private func append(_ batch: EventBatch, to log: SegmentLog, _ outbox: Outbox) throws(SpoolFailure) -> LogPlace {
        while true {
            do { return try log.append(batch) } catch {
                guard error.isFull, configuration.whenFull == .dropOldest, drop(log, outbox) else { throw error }
            }
        }
    }

    /// Gives up the oldest segment. The count is on disk before the events are gone, with the number of the segment, so
    /// that a crash in between neither loses the count nor sends what is counted as lost.
    private func drop(_ log: SegmentLog, _ outbox: Outbox) -> Bool {
        let dropped = outbox.state.withLock { state in
            let dropped = state.backlog.dropOldest()
            if let dropped {
                state.noteDropped(dropped.weight, now: .now())
                state.losses.doomed = dropped.segment
            }
            return dropped
        }
        guard let dropped else { return false }
        save(log, outbox, confirmed: outbox.state.withLock { $0.backlog.oldestOnDisk } ?? log.end)
        log.remove(dropped.segment)
        counters.add("spool.events_dropped", Int(clamping: dropped.weight))
        logger.warning(
            "spool is full: the oldest events are dropped", metadata: ["events": "\(dropped.weight)"])
        return true
    }

    private func save(_ log: SegmentLog, _ outbox: Outbox, confirmed: LogPosition) {
        var state = outbox.state.withLock { $0.losses }
        state.confirmed = confirmed
        do { try log.stateFile.save(state, sync: configuration.sync != .never) } catch {
            logger.debug("the spool's state is not saved", metadata: ["error.message": "\(error.error)"])
        }
    }

    private mutating func report(_ failure: SpoolFailure) {
        guard reported != failure.error.message else { return }
        reported = failure.error.message
        logger.error(
            "cannot write to the spool: events wait in memory", metadata: ["error.message": "\(failure.error)"])
    }

    private mutating func recovered() {
        guard reported != nil else { return }
        reported = nil
        logger.notice("spool is written to again")
    }
}

// Reading.
extension SpoolDesk {
    private func read(_ log: SegmentLog, _ outbox: Outbox) {
        var hasNews = false
        while let (start, end) = outbox.state.withLock({ $0.stretchToLoad(ahead: Self.readAhead) }) {
            hasNews = true
            switch log.read(at: start) {
            case .batch(let batch, let place) where place.start < end:
                outbox.state.withLock { $0.backlog.load(batch, from: place) }
            case .damaged(let weight, let place) where place.start < end:
                logger.error(
                    "spool is damaged here",
                    metadata: ["file.path": "\(log.path(of: place.start.segment)):\(place.start.offset)"])
                outbox.state.withLock { state in
                    state.backlog.passOver(weight, place)
                    state.noteDamaged(weight, now: .now())
                }
            case .batch, .damaged, .end: outbox.state.withLock { $0.backlog.endOfUnread() }
            }
        }
        if hasNews { outbox.changed() }
    }
}
