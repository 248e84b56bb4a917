import Logging

/// What a connection has been through: how long to wait before the next attempt, and what is worth a line in the log.
///
/// A broker that lets a connection in and then refuses its first operation is not well. So a connection counts as
/// restored, and its backoff begins anew, only once the broker did something useful for it or it lasted a while.
struct ConnectionHealth {
    private let logger: Logger
    private var backoff = Backoff()
    private var generator = SystemRandomNumberGenerator()
    private var reported: String?
    private var wasEverWell = false
    private var isWell = false
    private var openedAt = ContinuousClock.now
    private var progressAtOpening: UInt64 = 0

    /// After this time without a failure an idle connection is well.
    private static let probation: Duration = .seconds(1)

    init(logger: Logger) { self.logger = logger }

    /// A connection is open.
    mutating func opened(progress: UInt64) {
        isWell = false
        openedAt = .now
        progressAtOpening = progress
        logger.debug("broker connection open")
        if reported == nil { becomeWell() }
    }

    /// The connection has been served without a failure.
    mutating func isWell(progress: UInt64) {
        guard !isWell, progress > progressAtOpening || ContinuousClock.now - openedAt > Self.probation else { return }
        becomeWell()
    }

    private mutating func becomeWell() {
        isWell = true
        backoff.reset()
        if !wasEverWell {
            logger.info("broker connected")
        } else if reported != nil {
            logger.info("broker connection restored")
        }
        wasEverWell = true
        reported = nil
    }

    /// The connection failed, or could not be made. Gives the wait before the next attempt.
    mutating func failed(_ failure: BrokerFailure) -> Duration {
        let delay = backoff.next(using: &generator)
        let metadata: Logger.Metadata = ["error": "\(failure)", "retry.after": "\(delay.inMilliseconds) ms"]
        // The same trouble again is not news.
        if reported == failure.message {
            logger.debug("broker connection failed again", metadata: metadata)
        } else if failure.kind != .lost {
            logger.error("broker refuses the connection or an operation", metadata: metadata)
        } else if isWell {
            logger.warning("broker connection lost", metadata: metadata)
        } else {
            logger.warning("broker cannot be reached", metadata: metadata)
        }
        reported = failure.message
        isWell = false
        return delay
    }
}
