import ExhaustCore
import ExhaustRuntime
import Glibc
import Logging

/// Keeps process accounting on with a file of its own, or leaves that to others, and follows the file, through rotation
/// and restarts.
///
/// The file is its own spool: what was read counts as published only once the sink confirms it, and the position up
/// to which that is so is saved. After a crash reading goes on from there, so that a record comes at least once.
///
/// All of it blocks, so it wants a thread of its own.
package struct PacctFollower {
    /// What can be chosen.
    package struct Settings: Sendable {
        /// Who turns accounting on and off.
        package enum Mode: String, Sendable, Decodable {
            /// The emitter, which turns it off at the end.
            case turnOn = "turn_on"
            /// The emitter, in place of what was on before; it stays on at the end.
            case takeOver = "take_over"
            /// Others, who begin new files as well; acct(2) is never called.
            case follow
        }

        /// The accounting file; `.old`, `.position` and `.position.new` beside it are used too.
        package var file: String
        /// The size at which a new file is begun.
        package var rotateBytes: UInt64
        /// How often to look for new records where the kernel does not tell of them.
        package var pollInterval: Duration
        package var mode: Mode
        /// Whether to ask /proc for more of processes that end.
        package var hasDetails: Bool
    }

    /// Confirming waits for the broker, so that it is not done for every record.
    private static let confirmInterval: Duration = .seconds(1)
    /// Cancellation is seen between waits.
    private static let longestWait: Duration = .milliseconds(200)

    /// The longest wait for a confirmation at the end; what is not confirmed then is sent again after the next start.
    private static let longestGoodbye: Duration = .seconds(5)
    /// The name of the thread that follows the file, as the kernel shortens it.
    package static let threadName = "exhaust-acct"
    /// What marks the records that acct(2) makes of its caller, also those of an earlier start: kernels write the
    /// thread's name or the program's.
    private let ownCommands = [Array(threadName.utf8), programName]

    let settings: @Sendable () -> Settings
    private let file: String
    let sink: any AcctSink
    let logger: Logger
    private let watch = FileWatch()
    var telemetry = RecordTelemetry()
    private var clock = ExitClock()
    private var saved: Position?
    private var lastConfirm = ContinuousClock.now
    private var isOn = false
    private let mode: Settings.Mode
    /// What taskstats tells, if it is listened to.
    var tasks: TaskSource?
    /// Counts in place of single events, if wanted.
    var summary: Summary?
    private var space = SuspensionWatch()
    /// How many processes were told of.
    var processes: UInt64 = 0
    /// The size past which the next rotation is tried.
    private var rotateAfter: UInt64 = 0

    /// A follower that does nothing yet. It asks for `settings` again and again; their `file` must not change.
    init(
        settings: @escaping @Sendable () -> Settings, sink: any AcctSink, tasks: TaskSource?, summary: Summary?,
        logger: Logger
    ) {
        self.settings = settings
        self.tasks = tasks
        self.summary = summary
        mode = settings().mode
        self.sink = sink
        self.logger = logger
        file = settings().file
    }

    private var oldFile: String { file + ".old" }
    private var positionFile: String { file + ".position" }

    /// Turns accounting on, publishes every record until the task is cancelled, and turns accounting off.
    package mutating func run() async throws {
        do {
            var tail = try await takeOver()
            while !Task.isCancelled { try await step(&tail) }
            if mode == .turnOn {
                try Accounting.turnOff()
                logger.info("process accounting is off", metadata: ["file.path": "\(file)"])
            }
            try await readToEnd(&tail)
            // Otherwise their records are in the file at the next start.
            try await publishWaiting(all: mode == .turnOn)
            try await flushSummary(all: true)
            try await confirmAtEnd(tail)
        } catch is CancellationError {
            // Stopped before everything was accepted or confirmed. The file keeps it for the next start.
            turnOffAnyway()
            logger.notice("stopped with records left to send", metadata: ["file.path": "\(file)"])
        } catch {
            turnOffAnyway()
            throw error
        }
    }

    /// Publishes what the file holds now, from where the last reader stopped, and leaves accounting as it is.
    package mutating func runOnce() async throws {
        guard let opened = try PacctFile.open(file) else {
            throw ExhaustError(.noInput, "there is no accounting file to read", at: file)
        }
        loadPosition()
        let start = try saved?.isIn(opened) == true ? saved : nil
        if let start { sink.resume(start.numbering) }
        var tail = PacctTail(opened, offset: start?.offset ?? 0)
        while let items = try tail.read() { try await publish(items, isFresh: false) }
        try await confirm(tail)
    }
}

extension PacctFollower {
    /// Goes on where an earlier start left off. Accounting is turned on first, since a start that was killed may
    /// have left it on with a file that was renamed already.
    private mutating func takeOver() async throws -> PacctTail {
        let opened = try mode == .follow ? openFollowed() : beginFile()
        logger.info("process accounting is on", metadata: ["file.path": "\(file)"])
        loadPosition()
        let current = try saved?.isIn(opened) == true ? saved : nil
        if let current { sink.resume(current.numbering) }
        if mode != .follow, let old = try PacctFile.open(oldFile) {
            if current == nil {
                let start = try saved?.isIn(old) == true ? saved : nil
                if let start { sink.resume(start.numbering) }
                var tail = PacctTail(old, offset: start?.offset ?? 0)
                // So that a crash before the first confirmation finds the names that are given now.
                if start == nil { save(try tail.position(try await sink.confirm())) }
                try await readToEnd(&tail)
                try await flushSummary(all: true)
                try await sink.confirm()
            }
            unlink(oldFile)
        }
        let tail = PacctTail(opened, offset: current?.offset ?? 0)
        if current == nil { save(try tail.position(try await sink.confirm())) }
        return tail
    }

    private mutating func loadPosition() {
        do {
            saved = try Position.load(positionFile)
        } catch {
            logger.warning(
                "the saved position is of no use: reading from the start", metadata: ["error.message": "\(error)"])
        }
    }

    /// Publishes what the file has, or waits for more.
    private mutating func step(_ tail: inout PacctTail) async throws {
        let wasAtEnd = tail.isAtEnd
        let items = try tail.read()
        // After the file: what belongs to a record was told before it.
        try await collectTasks()
        try await flushSummary(all: false)
        if let gap = space.check(beside: file, processes: processes) { try await publish(gap) }
        if let items {
            try await publish(items, isFresh: wasAtEnd)
            if ContinuousClock.now - lastConfirm >= Self.confirmInterval { try await confirm(tail) }
            if mode != .follow, tail.offset >= max(settings().rotateBytes, rotateAfter) { try await rotate(&tail) }
            return
        }
        try await publishWaiting(all: false)
        if ContinuousClock.now - lastConfirm >= Self.confirmInterval { try await confirm(tail) }
        if try tail.restartIfCut() {
            logger.warning("the accounting file was cut short", metadata: ["file.path": "\(file)"])
        } else if mode == .follow {
            if let next = try successor(of: tail.file) { try await move(&tail, to: next) } else { wait() }
        } else if try !tail.file.state().isNamed {
            logger.warning("the accounting file was removed", metadata: ["file.path": "\(file)"])
            try await move(&tail, to: beginFile())
        } else {
            wait()
        }
    }

    /// This program's name, as the kernel shortens it.
    private static var programName: [UInt8] {
        // Without /proc there is no record of the program's name that could be told from others.
        Array((try? FileContent.read("/proc/self/comm"))?.prefix { $0 != 10 } ?? [])
    }

    private func wait() {
        let longest = Self.longestWait
        let limit = watch.isWatching ? longest : min(settings().pollInterval, longest)
        watch.wait(limit, other: tasks?.descriptor ?? -1)
    }

    private mutating func publish(_ items: [PacctSplitter.Item], isFresh: Bool) async throws {
        let now = Timestamp.now()
        for item in items {
            switch item {
            case .record(let record, _):
                // Turning accounting on, over or off makes the kernel record its caller, which goes on living. Not by
                // pid: who reads this again after a crash must pass over the same records, or names change.
                if record.isSwitch, ownCommands.contains(record.command) { continue }
                try await publish(record, isFresh: isFresh, now: now)
            case .skipped(let skipped):
                try await sink.lost(skipped, time: now)
            }
        }
    }

    private mutating func publish(_ record: AcctRecord, isFresh: Bool, now: Timestamp) async throws {
        let totals = tasks?.take(pid: record.pid, startSecond: record.startSecond)
        var details = totals?.details
        if isFresh, details == nil, tasks == nil, settings().hasDetails {
            details = ProcessDetails.read(pid: record.pid, startSecond: UInt64(record.startSecond))
        }
        let data = telemetry.data(of: record, totals, details, now: now)
        processes += 1
        if summary != nil {
            summary?.add(data)
        } else {
            let time = clock.end(of: record, witnessed: isFresh ? now : nil)
            try await sink.accept(data, time: time, recordedTime: now)
        }
    }

    private mutating func readToEnd(_ tail: inout PacctTail) async throws {
        while let items = try tail.read() {
            try await collectTasks()
            try await publish(items, isFresh: false)
        }
        if let rest = tail.finish() { try await sink.lost(rest, time: .now()) }
    }

    /// Waits until all that was read is safe, and remembers that it is.
    private mutating func confirm(_ tail: PacctTail) async throws {
        lastConfirm = .now
        // What is only counted yet would be forgotten.
        guard try isAhead(tail), summary?.isEmpty != false else { return }
        do {
            try await sink.confirmAside()
            save(try tail.position(try await sink.confirm()))
        } catch is CancellationError {}  // the end confirms once more
    }

    /// As `confirm`, when the task is cancelled already and waiting must have an end.
    private mutating func confirmAtEnd(_ tail: PacctTail) async throws {
        guard try isAhead(tail) else { return }
        let sink = sink
        // A task of its own, since in this one, which is cancelled, nothing waits.
        let confirmation = Task {
            try await sink.confirmAside()
            return try await sink.confirm()
        }
        let timer = Task {
            try await Task.sleep(for: Self.longestGoodbye)
            confirmation.cancel()
        }
        defer { timer.cancel() }
        save(try tail.position(try await confirmation.value))
    }

    /// Whether more was read than the saved position says.
    private func isAhead(_ tail: PacctTail) throws -> Bool {
        guard let saved else { return true }
        return try !tail.position(saved.numbering).isSamePlace(as: saved)
    }
}

extension PacctFollower {
    /// Begins a new file and reads the full one to its end. The kernel is done with a file when acct(2) returns
    /// from moving to another, so that its end is final.
    private mutating func rotate(_ tail: inout PacctTail) async throws {
        let next: PacctFile
        do {
            guard rename(file, oldFile) == 0 else {
                throw ExhaustError(.cannotCreate, errno: errno, "cannot rename the accounting file", at: file)
            }
            next = try beginFile()
        } catch {
            // The kernel still writes to the file that it knows: that one gets its name back.
            rename(oldFile, file)
            rotateAfter = tail.offset + settings().rotateBytes
            logger.warning("the accounting file is not rotated yet", metadata: ["error.message": "\(error)"])
            return
        }
        try await move(&tail, to: next)
        unlink(oldFile)
    }

    /// Moves accounting to a new file under the usual name.
    private mutating func beginFile() throws -> PacctFile {
        let next = try PacctFile.openOrCreate(file)
        try Accounting.turnOn(file)
        isOn = true
        watch.follow([file])
        return next
    }

    /// The file to follow, which others make.
    private func openFollowed() throws -> PacctFile {
        guard let opened = try PacctFile.open(file) else {
            throw ExhaustError(
                .noInput, "there is no accounting file to follow", at: file,
                advice: "turn accounting on, or set accounting to turn_on")
        }
        watch.follow([file])
        return opened
    }

    /// The file that took the place of `old`, once the kernel writes to it.
    private func successor(of old: PacctFile) throws -> PacctFile? {
        guard let next = try PacctFile.open(file), next.identity != old.identity, try next.state().size > 0 else {
            return nil
        }
        watch.follow([file])
        return next
    }

    /// Reads the file before to its end and goes on with the next.
    private mutating func move(_ tail: inout PacctTail, to next: PacctFile) async throws {
        try await readToEnd(&tail)
        try await flushSummary(all: true)
        try await sink.confirmAside()
        tail = PacctTail(next)
        rotateAfter = 0
        save(try tail.position(try await sink.confirm()))
    }

    /// Saves a position. That can fail on a full disk, where the emitter shall go on: a restart would only find an
    /// earlier position and send some records again.
    private mutating func save(_ position: Position) {
        do {
            try position.save(positionFile)
            saved = position
        } catch {
            logger.warning("the position is not saved", metadata: ["error.message": "\(error)"])
        }
    }

    private func turnOffAnyway() {
        guard isOn, mode == .turnOn else { return }
        do { try Accounting.turnOff() } catch {
            logger.error("process accounting stays on", metadata: ["error.message": "\(error)"])
        }
    }
}
