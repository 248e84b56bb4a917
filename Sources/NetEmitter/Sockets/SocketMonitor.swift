import ExhaustCore
import ExhaustRuntime
import Glibc
import Logging

/// Looks at the sockets of this network namespace again and again, and tells what changed and, now and then, what they
/// add up to. It blocks, so it wants a thread of its own.
struct SocketMonitor {
    /// How often the kernel's word of closed sockets is read: its buffer holds some 10,000.
    private static let tick: Duration = .milliseconds(250)

    /// With very many sockets looks are rarer than asked for: they take a fiftieth of a processor at most.
    private static let restFactor = 50

    private let settings: SocketSettings
    private let owners: SocketOwners
    private let logger: Logger
    private let diagnostics: SocketDiagnostics
    private let closed: ClosedSockets?
    private var look: SocketLook
    private var conntrack: Conntrack?
    private var lastRead = Timestamp.now()
    private var failures = RepeatedFailure()
    /// Processor time of the last look.
    private var lookTime: Duration = .zero

    /// Begins to listen.
    ///
    /// - Throws: `ExhaustError` where the kernel does not tell of sockets.
    init(_ settings: SocketSettings, owners: SocketOwners, logger: Logger) throws {
        self.settings = settings
        self.owners = owners
        self.logger = logger
        diagnostics = try SocketDiagnostics()
        try diagnostics.dump(transport: SocketTuple.tcp, states: .listening) { _ in }
        var transports = [SocketTuple.tcp]
        do {
            try diagnostics.dump(transport: SocketTuple.udp, states: .listening) { _ in }
            transports.append(SocketTuple.udp)
        } catch {
            logger.warning("UDP sockets are not told of", metadata: ["error.message": "\(error)"])
        }
        do {
            closed = try ClosedSockets()
        } catch {
            logger.warning(
                "short connections are not counted, nor what others did at last",
                metadata: ["error.message": "\(error)"])
            closed = nil
        }
        look = SocketLook(settings, owners: owners, transports: transports, hearsOfClosed: closed != nil)
        guard settings.readsConntrack else { return }
        do {
            let conntrack = try Conntrack()
            self.conntrack = conntrack
            if let refusal = conntrack.refusal {
                logger.info("connection tracking is told of by number alone", metadata: ["error.message": "\(refusal)"])
            }
        } catch {
            logger.info("connection tracking is not told of", metadata: ["error.message": "\(error)"])
        }
    }

    /// Looks until the task is cancelled; then tells a last summary.
    mutating func run(_ emit: (TelemetryRecord) async throws -> Void) async throws {
        defer { look.close() }
        logger.info("looking at sockets")
        var nextLook = ContinuousClock.now
        var nextSummary = nextLook + settings.summaryInterval
        while !Task.isCancelled {
            let now = ContinuousClock.now
            var records = readClosed()
            if now >= nextLook {
                let summarizes = now >= nextSummary
                do {
                    records += try looked(summarizes: summarizes)
                } catch {
                    warn(error)
                }
                // What was missed, asleep or held up, is not made up for.
                nextLook = max(nextLook + settings.interval, now + lookTime * Self.restFactor)
                if summarizes { nextSummary = max(nextSummary + settings.summaryInterval, now) }
            }
            for record in records { try await emit(record) }
            owners.wait(timeout: min(Self.tick, nextLook - .now))
            answer()
        }
        for record in readClosed() + (try looked(summarizes: true)) { try await emit(record) }
    }

    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private mutating func warn(_ error: any Error) {
        guard let count = failures.note(at: .now()) else { return }
        logger.warning(
            "a look at the sockets failed", metadata: ["error.message": "\(error)", "error.count": "\(count)"])
    }

    /// One look, with a summary: for a single pass.
    mutating func once() throws -> [TelemetryRecord] { try looked(summarizes: true) }

    private mutating func looked(summarizes: Bool) throws -> [TelemetryRecord] {
        let now = Timestamp.now()
        let began = Self.processorTime()
        defer { lookTime = Self.processorTime() - began }
        var records = try look.look(diagnostics, summarizes: summarizes, now: now)
        if look.takeRefusal() {
            logger.warning(
                "sockets of other users' processes are told without a process",
                metadata: ["error.advice": "run as root or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"])
        }
        if summarizes, let conntrack {
            do {
                records.append(try conntrack.record(now: now))
            } catch {
                logger.warning("connection tracking cannot be read", metadata: ["error.message": "\(error)"])
                self.conntrack = nil
            }
        }
        return records
    }

    /// Takes what the kernel told of closed sockets.
    private mutating func readClosed() -> [TelemetryRecord] {
        guard let closed else { return [] }
        let now = Timestamp.now()
        defer { lastRead = now }
        var lost = 0
        while true {
            do {
                switch try closed.receive() {
                case .sockets(let sockets): for socket in sockets { look.close(socket, now: now) }
                case .lost(let count): lost += count
                case .nothing: return lost > 0 ? [SocketRecords.gap(lost, since: lastRead, now: now)] : []
                }
            } catch {
                logger.warning("closed sockets are not told of", metadata: ["error.message": "\(error)"])
                return []
            }
        }
    }

    /// Answers questions for owners, if there are any, and rests a while: they must not fill the machine's time.
    private mutating func answer() {
        let questions = owners.takeQuestions()
        guard !questions.isEmpty else { return }
        let began = ContinuousClock.now
        look.answer(questions, diagnostics, now: .now())
        let rest = min((ContinuousClock.now - began) * 10, Self.tick)
        usleep(UInt32(rest / .microseconds(1)))
    }
}
